// The extraction plan: the contexts in the order of advice::extraction_order, with the reasons and what has to
// happen before each can leave.
#include "analyzer/advice/extraction.hpp"
#include "analyzer/report/html_text.hpp"
#include "analyzer/report/sections.hpp"

#include <algorithm>
#include <cstdio>

namespace banyan::report {
namespace {

struct Coming {
  std::uint64_t calls = 0;
  std::vector<std::uint32_t> contexts;
};

// Contexts that call into it and are still inside when its turn comes.
Coming callers(const Input& input, std::uint32_t context) {
  Coming out;
  for (const auto& seam : input.contexts.seams) {
    if (seam.to != context || seam.calls == 0) continue;
    out.calls += seam.calls;
    out.contexts.push_back(seam.from);
  }
  std::sort(out.contexts.begin(), out.contexts.end());
  return out;
}

std::string links(const Input& input, const std::vector<std::uint32_t>& contexts) {
  std::string html;
  for (const auto context : contexts) html += " " + context_link(input, context);
  return html;
}

std::string shared_tables(const Input& input, std::uint32_t context) {
  std::string html;
  for (const auto& owner : input.contexts.tables) {
    if (owner.context != context) continue;
    auto others = owner.writers;
    std::erase(others, context);
    if (!others.empty())
      html += "<li>stop writes into <code>" + escape(input.graph.tables[owner.table]) + "</code> from" +
              links(input, others) + "</li>";
  }
  return html;
}

std::string foreign_writes(const Input& input, std::uint32_t context) {
  std::string html;
  for (const auto& owner : input.contexts.tables) {
    const bool writes = std::binary_search(owner.writers.begin(), owner.writers.end(), context);
    if (writes && owner.context != context && owner.context != graph::none)
      html += "<li>let " + context_link(input, owner.context) + " do its own writes into <code>" +
              escape(input.graph.tables[owner.table]) + "</code></li>";
  }
  return html;
}

std::string torn(const Input& input, std::uint32_t context) {
  std::string html;
  for (const auto& one : input.contexts.torn) {
    if (std::find(one.contexts.begin(), one.contexts.end(), context) == one.contexts.end()) continue;
    auto others = one.contexts;
    std::erase(others, context);
    html += "<li>replace the transaction at " +
            place(input, input.evidence.transactions[one.transaction].at, false) +
            " that also writes tables of" + links(input, others) + " (saga or outbox)</li>";
  }
  return html;
}

std::string decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string reasons(const advice::ExtractionStep& turn) {
  std::string html = "<p class=hint>";
  for (const auto& sentence : turn.sentences) html += (html.ends_with(">") ? "" : " ") + escape(sentence);
  return html + "</p>";
}

std::string step(const Input& input, const advice::ExtractionStep& turn) {
  const std::uint32_t context = turn.context;
  const auto& one = input.contexts.contexts[context];
  const auto coming = callers(input, context);
  std::string work;
  if (coming.calls > 0)
    work += "<li>put a facade before " + counted(coming.calls, "call", "calls") + " from" +
            links(input, coming.contexts) + "</li>";
  work += shared_tables(input, context) + foreign_writes(input, context) + torn(input, context);
  if (work.empty()) work = "<li>nothing stands in the way that was found</li>";
  return "<li class=item tabindex=-1><div class=step><b>" + context_link(input, context) +
         "</b><span class=counts>value " + decimal(turn.value) + " · cost " + decimal(turn.cost) + " · " +
         counted(one.scores.lines, "line", "lines") + " · " + counted(one.tables.size(), "table", "tables") +
         " · " + counted(one.routes.size(), "route", "routes") + "</span></div>" + reasons(turn) +
         "<ul class=work>" + work + "</ul></li>";
}

}  // namespace

std::string plan_section(const Input& input) {
  std::string steps, staying;
  for (std::uint32_t i = 0; i < input.contexts.contexts.size(); ++i) {
    const auto& one = input.contexts.contexts[i];
    if (one.shared_kernel || one.tests)
      staying += " " + context_link(input, i);
  }
  for (const auto& turn : advice::extraction_order({input.graph, input.evidence, input.contexts, nullptr, {}}))
    steps += step(input, turn);
  if (steps.empty()) return {};
  return "<section id=plan><h2>Extraction plan</h2><p class=hint>The greatest value for the cost first, counted with those "
         "before it gone (banyan-analyze advise order shows the sums). Under each context: what has to be done before its "
         "routes can go live elsewhere.</p><ol class=plan>" +
         steps + "</ol>" +
         (staying.empty() ? "" : "<p class=hint>Not a step of their own:" + staying + "</p>") + "</section>";
}

}  // namespace banyan::report
