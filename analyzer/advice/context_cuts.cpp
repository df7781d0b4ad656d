#include "analyzer/advice/context_cuts.hpp"

#include "analyzer/advice/lookup.hpp"
#include "analyzer/advice/seam_types.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace banyan::advice {
namespace {

using contexts::Seam;
using contexts::SeamItem;
using facts::ReferenceKind;
using facts::Symbol;
using facts::SymbolKind;
using graph::EdgeKind;

struct KindInfo {
  std::string_view name;
  double cost;
};
constexpr std::array<KindInfo, 7> kKinds{{{"forward-declare", 1}, {"move-function", 2}, {"move-type", 2}, {"move-file", 3},
                                          {"pass-value", 4}, {"invert", 4}, {"compose", 6}}};

bool ignored(EdgeKind kind) { return kind == EdgeKind::include || kind == EdgeKind::macro; }

// Who uses a symbol, and what the body of a function uses.
class Uses {
 public:
  Uses(const facts::Program& program, const Lookup& lookup) : lookup_(lookup) {
    for (const auto& file : program.files) {
      const auto context = lookup.context_of_file(file.path);
      for (const auto& reference : file.references) {
        users_[reference.to_usr].insert(context);
        kinds_[{context, reference.to_usr}].insert(reference.kind);
        needs_[reference.from_usr].push_back(&reference);
      }
    }
  }

  bool only_by(const std::string& usr, std::uint32_t context) const {
    const auto found = users_.find(usr);
    return found != users_.end() && found->second.size() == 1 && found->second.contains(context);
  }
  bool only_named(const std::string& usr, std::uint32_t context) const {  // by pointer or reference
    const auto found = kinds_.find({context, usr});
    return found != kinds_.end() && found->second == std::set<ReferenceKind>{ReferenceKind::type_pointer};
  }
  // The function's body needs nothing else of this context.
  bool stands_alone(const std::string& usr, std::uint32_t context) const {
    const auto found = needs_.find(usr);
    return found == needs_.end() ||
           std::none_of(found->second.begin(), found->second.end(), [&](const facts::Reference* one) {
             return one->to_usr != usr && lookup_.context_of_symbol(one->to_usr) == context;
           });
  }

 private:
  const Lookup& lookup_;
  std::map<std::string_view, std::set<std::uint32_t>> users_;
  std::map<std::pair<std::uint32_t, std::string_view>, std::set<ReferenceKind>> kinds_;
  std::map<std::string_view, std::vector<const facts::Reference*>> needs_;
};

class Planner {
 public:
  explicit Planner(const Subject& subject)
      : subject_(subject), lookup_(subject), index_(*subject.program), uses_(*subject.program, lookup_) {
    for (const auto& edge : subject.graph.edges)
      if (!ignored(edge.kind)) ties_[{edge.from, subject.contexts.context_of[edge.to]}] += edge.weight;
  }

  ContextCut plan(const Seam& seam) const {
    ContextCut cut{lookup_.name(seam.from), lookup_.name(seam.to), {}, 0};
    const auto moved = files_to_move(seam, cut);
    std::map<std::string, ContextEdit> edits;  // what one edit treats, by the dearest of its uses
    std::map<std::string, std::set<std::string>> methods;  // of live objects, one interface a class
    for (const SeamItem& item : seam.items) {
      if (ignored(item.kind) || item.symbol == graph::none) continue;
      std::vector<Location> sites;
      for (const auto& site : item.sites)
        if (!moved.contains(site.at.file)) sites.push_back(site.at);
      if (sites.empty() && !item.sites.empty()) continue;
      const Symbol* symbol = owner_of_use(subject_.graph.symbols[item.symbol].usr);
      if (symbol == nullptr || moved.contains(symbol->at.file)) continue;
      if (const Symbol* record = record_of_method(*symbol)) {
        if (!is_plain(index_, *record)) methods[record->usr].insert(last_part(symbol->name));
        symbol = record;
      }
      ContextEdit edit = edit_of(seam, item, *symbol);
      edit.sites = std::move(sites);
      ContextEdit& kept = edits.try_emplace(symbol->usr, edit).first->second;
      std::vector<Location> both = kept.sites;
      both.insert(both.end(), edit.sites.begin(), edit.sites.end());
      if (cost_of(edit.kind) > cost_of(kept.kind)) kept = edit;
      sort_unique(both);
      kept.sites = std::move(both);
    }
    for (const auto& [usr, names] : methods) invert_class(seam, names, edits.at(usr));
    for (auto& [usr, edit] : edits) cut.edits.push_back(std::move(edit));
    std::sort(cut.edits.begin(), cut.edits.end(), [](const ContextEdit& a, const ContextEdit& b) {
      return std::tie(a.kind, a.at, a.what) < std::tie(b.kind, b.at, b.what);
    });
    for (const ContextEdit& edit : cut.edits) cut.cost += cost_of(edit.kind);
    return cut;
  }

 private:
  // Members and enumerators go with their type.
  const Symbol* owner_of_use(const std::string& usr) const {
    const Symbol* symbol = index_.symbol(usr);
    const bool part = symbol != nullptr && (symbol->kind == SymbolKind::field || symbol->kind == SymbolKind::enumerator);
    return part ? index_.symbol(symbol->scope_usr) : symbol;
  }

  // Functions of a class are treated with it.
  const Symbol* record_of_method(const Symbol& symbol) const {
    const Symbol* scope = symbol.kind == SymbolKind::method ? index_.symbol(symbol.scope_usr) : nullptr;
    return scope != nullptr && scope->kind == SymbolKind::record ? scope : nullptr;
  }

  void invert_class(const Seam& seam, const std::set<std::string>& names, ContextEdit& edit) const {
    if (edit.kind == EditKind::compose) return;
    edit.kind = EditKind::invert;
    edit.sentence = "declare an interface in " + lookup_.name(seam.from) + " with " + list(names) + ", implement it in " +
                    lookup_.name(seam.to) + " by " + edit.what + ", and pass it in where both are built";
  }

  double tie(std::uint32_t component, std::uint32_t context) const {
    const auto found = ties_.find({component, context});
    return found == ties_.end() ? 0 : found->second;
  }

  // Components of the using side that need the other side more than their own.
  std::set<std::string> files_to_move(const Seam& seam, ContextCut& cut) const {
    std::set<std::string> moved;
    const auto& graph = subject_.graph;
    for (const auto& member : subject_.contexts.contexts[seam.from].members) {
      const auto& component = graph.components[member.component];
      if (tie(member.component, seam.to) <= tie(member.component, seam.from) || used_by_own(member.component, seam.from)) continue;
      std::vector<std::string> paths;
      for (const auto file : component.files) paths.push_back(graph.files[file]), moved.insert(graph.files[file]);
      cut.edits.push_back({EditKind::move_file, component.id,
                           "move " + list(paths) + " to " + cut.to + ", which it needs more than " + cut.from +
                               ", and where nothing of " + cut.from + " needs it",
                           {component.id, 1, 1}, {}});
    }
    return moved;
  }

  // Then moving it would only turn the arrow around.
  bool used_by_own(std::uint32_t component, std::uint32_t context) const {
    return std::any_of(subject_.graph.edges.begin(), subject_.graph.edges.end(), [&](const graph::Edge& edge) {
      return edge.to == component && edge.from != component && !ignored(edge.kind) &&
             subject_.contexts.context_of[edge.from] == context;
    });
  }

  ContextEdit edit_of(const Seam& seam, const SeamItem& item, const Symbol& symbol) const {
    const std::string from = lookup_.name(seam.from), to = lookup_.name(seam.to);
    const auto make = [&](EditKind kind, std::string sentence) {
      return ContextEdit{kind, symbol.name, std::move(sentence), symbol.at, {}};
    };
    if (item.kind == EdgeKind::inherit || item.kind == EdgeKind::override_)
      return make(EditKind::compose, "let " + from + " hold a port of its own instead of deriving from " + symbol.name +
                                         "; " + to + " hands in the implementation");
    if (symbol.kind == SymbolKind::variable)
      return make(EditKind::pass_value, "pass the value of " + symbol.name + " in as a parameter, or ask for it through a port of " + from);
    const bool type = symbol.kind == SymbolKind::record || symbol.kind == SymbolKind::enumeration || symbol.kind == SymbolKind::alias;
    if (type) return edit_of_type(seam, symbol, make);
    const bool free_function = symbol.kind == SymbolKind::function;
    if (free_function && uses_.only_by(symbol.usr, seam.from) && uses_.stands_alone(symbol.usr, seam.to))
      return make(EditKind::move_function, "move " + symbol.name + " to " + from + ": nobody else calls it and it needs nothing of " + to);
    return make(EditKind::invert, "declare an interface in " + from + " with " + last_part(symbol.name) + ", implement it in " + to +
                                      " by " + symbol.name + ", and pass it in where both are built");
  }

  template <class Make>
  ContextEdit edit_of_type(const Seam& seam, const Symbol& type, const Make& make) const {
    const std::string from = lookup_.name(seam.from), to = lookup_.name(seam.to);
    if (type.kind == SymbolKind::record && uses_.only_named(type.usr, seam.from))
      return make(EditKind::forward_declare, "forward-declare " + type.name + ": " + from + " only names it by pointer or reference");
    if (uses_.only_by(type.usr, seam.from))
      return make(EditKind::move_type, "move " + type.name + " to " + from + ": nobody else uses it");
    return make(EditKind::move_type, "move " + type.name + " to a header of its own beside both, or give " + from +
                                         " a type of its own and translate where they meet");
  }

  const Subject& subject_;
  Lookup lookup_;
  SymbolIndex index_;
  Uses uses_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> ties_;  // component, context
};

}  // namespace

std::string_view to_string(EditKind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }
double cost_of(EditKind kind) { return kKinds[static_cast<std::size_t>(kind)].cost; }

std::vector<ContextCyclePlan> plan_context_cuts(const Subject& subject) {
  const Planner planner(subject);
  const auto& all = subject.contexts.contexts;
  std::vector<ContextCut> cuts;
  std::vector<graph::Arc> arcs;
  for (const Seam& seam : subject.contexts.seams) {
    const auto aside = [&](std::uint32_t i) { return all[i].shared_kernel || all[i].tests; };
    if (aside(seam.from) || aside(seam.to)) continue;
    ContextCut cut = planner.plan(seam);
    if (cut.edits.empty()) continue;  // includes and SQL only
    arcs.emplace_back(seam.from, seam.to);
    cuts.push_back(std::move(cut));
  }
  std::vector<ContextCyclePlan> out;
  for (const auto& cycle : graph::cycles(static_cast<std::uint32_t>(all.size()), arcs)) {
    const auto number = [&](std::uint32_t context) {
      return static_cast<std::uint32_t>(std::lower_bound(cycle.begin(), cycle.end(), context) - cycle.begin());
    };
    const auto inside = [&](std::uint32_t context) { return std::binary_search(cycle.begin(), cycle.end(), context); };
    std::vector<graph::WeightedArc> weighted;
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < arcs.size(); ++i)
      if (inside(arcs[i].first) && inside(arcs[i].second)) {
        weighted.push_back({number(arcs[i].first), number(arcs[i].second), cuts[i].cost});
        which.push_back(i);
      }
    const auto feedback = graph::feedback_arcs(static_cast<std::uint32_t>(cycle.size()), weighted);
    ContextCyclePlan plan;
    for (const auto context : cycle) plan.contexts.push_back(all[context].name);
    std::sort(plan.contexts.begin(), plan.contexts.end());
    for (const auto arc : feedback.arcs) plan.cuts.push_back(cuts[which[arc]]);
    std::sort(plan.cuts.begin(), plan.cuts.end(), [](const ContextCut& a, const ContextCut& b) {
      return std::tie(a.from, a.to) < std::tie(b.from, b.to);
    });
    plan.cost = feedback.weight, plan.exact = feedback.exact;
    out.push_back(std::move(plan));
  }
  return out;
}

std::string describe(const ContextCyclePlan& plan) {
  std::vector<std::string> cuts;
  for (const ContextCut& cut : plan.cuts)
    cuts.push_back(cut.from + " -> " + cut.to + " (" + counted(cut.edits.size(), "edit") + ")");
  return std::string(plan.exact ? "The cheapest directions to cut are " : "Cheap directions to cut are ") + list(cuts, 8) +
         "; advise cycles lists the edits.";
}

}  // namespace banyan::advice
