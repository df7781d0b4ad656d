#include "analyzer/advice/extraction.hpp"

#include "analyzer/advice/lookup.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <tuple>

namespace banyan::advice {
namespace {

using graph::EdgeKind;

// What one context uses of another, counted once a name.
struct Ties {
  std::set<std::uint32_t> functions, variables;
  std::set<std::pair<std::uint32_t, evidence::AccessMode>> tables;
};

std::string figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value == std::floor(value) ? "%.0f" : "%.1f", value);
  return text;
}

class Planner {
 public:
  explicit Planner(const Subject& subject) : subject_(subject) {
    const auto& all = subject.contexts.contexts;
    for (std::uint32_t i = 0; i < all.size(); ++i)
      if (!all[i].shared_kernel && !all[i].tests) inside_.insert(i);
    for (const auto& seam : subject.contexts.seams)
      if (inside_.contains(seam.from) && inside_.contains(seam.to)) add(seam);
    for (const auto& one : subject.contexts.torn) {
      std::set<std::uint32_t> both;
      for (const auto context : one.contexts)
        if (inside_.contains(context)) both.insert(context);
      if (both.size() > 1) torn_.push_back(std::move(both));
    }
    for (const auto& one : subject.evidence.traffic) add_traffic(one);
  }

  std::vector<ExtractionStep> order() {
    std::vector<ExtractionStep> out;
    std::map<std::uint32_t, double> first;
    for (const auto context : inside_) first[context] = cost(context);
    while (!inside_.empty()) {
      const std::uint32_t next = best();
      ExtractionStep step = describe(next);
      step.cost_first = first[next];
      leave(next, step);
      speak(step, out.empty());
      out.push_back(std::move(step));
    }
    return out;
  }

 private:
  void add(const contexts::Seam& seam) {
    Ties& ties = ties_[{seam.from, seam.to}];
    for (const auto& item : seam.items) {
      if (item.symbol == graph::none) continue;
      const bool call = item.kind == EdgeKind::call || item.kind == EdgeKind::virtual_call ||
                        item.kind == EdgeKind::construct || item.kind == EdgeKind::address_taken;
      if (call) ties.functions.insert(item.symbol);
      if (item.kind == EdgeKind::global_read || item.kind == EdgeKind::global_write) ties.variables.insert(item.symbol);
    }
    for (const auto& table : seam.tables) ties.tables.emplace(table.table, table.mode);
  }

  void add_traffic(const evidence::Traffic& one) {
    if (one.route == evidence::no_route || one.route >= subject_.contexts.routes.size()) return;
    const auto context = subject_.contexts.routes[one.route].context;
    requests_ += static_cast<double>(one.requests);
    if (context != graph::none) requests_of_[context] += static_cast<double>(one.requests);
  }

  const std::string& name(std::uint32_t context) const { return subject_.contexts.contexts[context].name; }

  static void row(std::vector<WorkRow>& rows, const char* what, const std::string& with, double count, double each) {
    if (count > 0) rows.push_back({what, with, count, each, count * each});
  }

  std::vector<WorkRow> worth(std::uint32_t context) const {
    const auto& one = subject_.contexts.contexts[context];
    std::vector<WorkRow> rows;
    row(rows, "routes", {}, static_cast<double>(one.routes.size()), 1);
    row(rows, "tables it owns", {}, static_cast<double>(one.tables.size()), 1);
    row(rows, "thousands of lines", {}, one.scores.lines / 1000.0, 1);
    const auto found = requests_of_.find(context);
    if (found != requests_of_.end() && requests_ > 0) row(rows, "share of the requests", {}, found->second / requests_, 10);
    return rows;
  }

  std::vector<WorkRow> work(std::uint32_t context) const {
    static const Ties nothing;
    std::vector<WorkRow> rows;
    const auto ties = [&](std::uint32_t from, std::uint32_t to) -> const Ties& {
      const auto found = ties_.find({from, to});
      return found == ties_.end() ? nothing : found->second;
    };
    for (const auto other : inside_) {
      if (other == context) continue;
      const Ties &in = ties(other, context), &out = ties(context, other);
      row(rows, "functions that it must offer to", name(other), static_cast<double>(in.functions.size()), kOfferedOperation);
      row(rows, "functions for which it must call back into", name(other), static_cast<double>(out.functions.size()), kCalledBack);
      row(rows, "variables held in common with", name(other), static_cast<double>(in.variables.size() + out.variables.size()), kSharedVariable);
      row(rows, "uses of a table across the border with", name(other), static_cast<double>(in.tables.size() + out.tables.size()), kForeignTable);
    }
    std::map<std::string, double> torn;
    for (const auto& both : torn_) {
      std::string with;
      if (!both.contains(context)) continue;
      for (const auto other : both)
        if (other != context) with += (with.empty() ? "" : ", ") + name(other);
      ++torn[with];
    }
    for (const auto& [with, count] : torn) row(rows, "transactions that would be torn from", with, count, kTornTransaction);
    return rows;
  }

  static double sum(const std::vector<WorkRow>& rows) {
    double out = 0;
    for (const WorkRow& one : rows) out += one.total;
    return out;
  }
  double cost(std::uint32_t context) const { return sum(work(context)); }

  std::uint32_t best() const {
    std::uint32_t found = graph::none;
    double most = 0;
    for (const auto context : inside_) {
      const double score = sum(worth(context)) / (1 + cost(context));
      const bool better = found == graph::none || score > most + 1e-12 ||
                          (score > most - 1e-12 && name(context) < name(found));
      if (better) found = context, most = score;
    }
    return found;
  }

  ExtractionStep describe(std::uint32_t context) const {
    ExtractionStep step;
    step.context = context, step.name = name(context);
    step.worth = worth(context), step.work = work(context);
    step.value = sum(step.worth), step.cost = sum(step.work);
    return step;
  }

  // Whatever tied it to the others has been paid now.
  void leave(std::uint32_t context, ExtractionStep& step) {
    std::map<std::uint32_t, double> before;
    for (const auto other : inside_) before[other] = cost(other);
    inside_.erase(context);
    std::erase_if(torn_, [&](const auto& both) { return both.contains(context); });
    for (const auto other : inside_)
      if (const double after = cost(other); after < before[other])
        step.makes_cheaper.push_back({name(other), before[other], after});
    std::stable_sort(step.makes_cheaper.begin(), step.makes_cheaper.end(), [](const Relief& a, const Relief& b) {
      return std::make_tuple(b.before - b.after, a.context) < std::make_tuple(a.before - a.after, b.context);
    });
  }

  void speak(ExtractionStep& step, bool first) const {
    std::string why = step.name + (first ? " leaves first" : " leaves next") + ": it is worth " + figure(step.value) +
                      " and its leaving costs " + figure(step.cost);
    if (step.cost < step.cost_first) why += " (" + figure(step.cost_first) + " had it left first)";
    step.sentences.push_back(why + ".");
    const auto most = std::max_element(step.work.begin(), step.work.end(),
                                       [](const WorkRow& a, const WorkRow& b) { return a.total < b.total; });
    if (most == step.work.end())
      step.sentences.push_back("Nothing ties it to what is still inside.");
    else
      step.sentences.push_back("Most of that: " + figure(most->count) + " " + most->what + " " + most->with + ".");
    if (step.makes_cheaper.empty()) return;
    std::string text = "After it, ";
    for (std::size_t i = 0; i < step.makes_cheaper.size() && i < 3; ++i) {
      const Relief& one = step.makes_cheaper[i];
      text += (i == 0 ? "" : ", ") + one.context + " costs " + figure(one.after) + " instead of " + figure(one.before);
    }
    step.sentences.push_back(text + ".");
  }

  const Subject& subject_;
  std::set<std::uint32_t> inside_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Ties> ties_;
  std::vector<std::set<std::uint32_t>> torn_;
  std::map<std::uint32_t, double> requests_of_;
  double requests_ = 0;
};

}  // namespace

std::vector<ExtractionStep> extraction_order(const Subject& subject) { return Planner(subject).order(); }

}  // namespace banyan::advice
