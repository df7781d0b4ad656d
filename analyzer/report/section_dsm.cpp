#include "analyzer/report/html_text.hpp"
#include "analyzer/report/sections.hpp"

#include <algorithm>
#include <map>

namespace banyan::report {
namespace {

using Sums = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;  // user, used -> references

int shade(std::uint64_t count, std::uint64_t most) {
  int level = 1;
  for (std::uint64_t limit = std::max<std::uint64_t>(1, most / 64); level < 5 && count > limit; limit *= 4)
    ++level;
  return level;
}

Sums sum_contexts(const Input& input) {
  Sums sums;
  for (const auto& edge : input.graph.edges)
    if (edge.kind != graph::EdgeKind::include)
      sums[{input.contexts.context_of[edge.from], input.contexts.context_of[edge.to]}] += edge.count;
  return sums;
}

std::string context_matrix(const Input& input) {
  const auto sums = sum_contexts(input);
  std::uint64_t most = 1;
  for (const auto& [pair, count] : sums)
    if (pair.first != pair.second) most = std::max(most, count);
  const auto contexts = static_cast<std::uint32_t>(input.contexts.contexts.size());
  std::string html = "<div class=scroll><table class=\"matrix dsm\"><thead><tr><th>used \\ user";
  for (std::uint32_t user = 0; user < contexts; ++user)
    html += "<th scope=col class=turned><span>" + context_link(input, user) + "</span>";
  html += "</tr></thead><tbody>";
  for (std::uint32_t used = 0; used < contexts; ++used) {
    html += "<tr><th scope=row>" + context_link(input, used);
    for (std::uint32_t user = 0; user < contexts; ++user) {
      const auto found = sums.find({user, used});
      if (user == used)
        html += "<td class=self>" + (found == sums.end() ? "" : grouped(found->second));
      else if (found == sums.end())
        html += "<td>";
      else
        html += "<td class=\"h" + std::to_string(shade(found->second, most)) + "\"><a href=\"#seam-" +
                std::to_string(user) + "-" + std::to_string(used) + "\">" + grouped(found->second) + "</a>";
    }
    html += "</tr>";
  }
  return html + "</tbody></table></div>";
}

}  // namespace

std::string dsm_section(const Input& input) {
  if (input.contexts.contexts.size() < 2) return {};
  return "<section id=dsm><h2>Dependency matrix</h2><p class=hint>Read down a column: the column uses the "
         "row. Numbers are references "
         "in the code, includes left out.</p>" +
         context_matrix(input) +
         "<h3>File by file</h3><p class=hint>Every unit of files, grouped by context; dark points far from "
         "the "
         "diagonal are the tangle. The same rule: the column uses the row. Choose a point to see the code "
         "that proves "
         "it.</p><div class=tools><label>context <select id=matrix-context><option "
         "value=\"\">all</option></select>"
         "</label></div><canvas id=matrix tabindex=0 role=img aria-label=\"Dependency matrix of all files. "
         "Left and "
         "right arrows go from point to point, Enter shows the code.\"></canvas><p id=matrix-at class=hint "
         "aria-live=polite>&nbsp;</p></section>";
}

}  // namespace banyan::report
