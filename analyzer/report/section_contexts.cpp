#include "analyzer/report/html_text.hpp"
#include "analyzer/report/sections.hpp"
#include "analyzer/report/words.hpp"

#include <algorithm>

namespace banyan::report {
namespace {

// A bar as SVG, because the page's policy allows no style attributes.
std::string bar(double share, std::string_view label) {
  const auto width = std::to_string(static_cast<int>(std::clamp(share, 0.0, 1.0) * 100 + 0.5));
  return "<svg class=bar viewBox=\"0 0 100 6\" preserveAspectRatio=none role=img aria-label=\"" +
         std::string(label) + " " + width +
         " of 100\"><rect class=track width=100 height=6 rx=3></rect><rect class=fill width=" + width +
         " height=6 rx=3></rect></svg>";
}

std::string members(const Input& input, const contexts::Context& context, Bodies& bodies) {
  auto sorted = context.members;
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.stability < b.stability; });
  std::string html = "<table class=list><tr><th>file<th class=num>together<th>remark</tr>";
  for (const auto& member : sorted)
    for (const auto file : input.graph.components[member.component].files)
      html += "<tr><td><code>" + escape(input.graph.files[file]) + "</code><td class=num>" +
              percent(member.stability) + "<td>" +
              (member.omnipresent ? "<span class=tag>used by most contexts</span>" : "") + "</tr>";
  return "<details data-body=" + std::to_string(bodies.add(html + "</table>")) + "><summary>" +
         std::to_string(context.scores.files) + " files</summary></details>";
}

std::string chips(const std::vector<std::string>& names, std::size_t limit, const char* kind) {
  std::string html;
  for (std::size_t i = 0; i < std::min(limit, names.size()); ++i)
    html += "<span class=\"chip " + std::string(kind) + "\">" + escape(names[i]) + "</span>";
  if (names.size() > limit) html += "<span class=more>+" + std::to_string(names.size() - limit) + "</span>";
  return html;
}

std::string routes_of(const Input& input, const contexts::Context& context) {
  std::vector<std::string> names;
  for (const auto route : context.routes)
    names.push_back(input.evidence.routes[route].method + " " + input.evidence.routes[route].path);
  return chips(names, 6, "route");
}

std::string tables_of(const Input& input, const contexts::Context& context) {
  std::vector<std::string> names;
  for (const auto table : context.tables) names.push_back(input.graph.tables[table]);
  return chips(names, 8, "table");
}

std::string card(const Input& input, std::uint32_t number, Bodies& bodies) {
  const auto& context = input.contexts.contexts[number];
  std::string html = "<article class=\"card item " + color_class(number) + "\" id=\"ctx-" +
                     escape(context.id) + "\" tabindex=-1><header><span class=rank>" +
                     std::to_string(number + 1) + "</span><h3>" + escape(context.name) + "</h3>";
  html += context.shared_kernel ? "<span class=tag>shared kernel</span>"
          : context.tests       ? "<span class=tag>tests</span>"
                          : "<span class=ease>" + bar(context.scores.ease, "ease of extraction") + "<b>" +
                                percent(context.scores.ease) + "</b> ease</span>";
  html += "</header><ul class=about>";
  for (const auto& sentence : context.sentences) html += "<li>" + escape(sentence) + "</li>";
  html += "</ul>";
  if (!context.tables.empty()) html += "<p class=chips>" + tables_of(input, context) + "</p>";
  if (!context.routes.empty()) html += "<p class=chips>" + routes_of(input, context) + "</p>";
  if (!context.words.empty()) {
    html += "<p class=words>";
    for (const auto& word : context.words) html += escape(word) + " ";
    html += "</p>";
  }
  return html + members(input, context, bodies) + "</article>";
}

std::string figure(const std::string& value, const std::string& label) {
  return "<div class=figure><b>" + value + "</b><span>" + label + "</span></div>";
}

}  // namespace

std::string coverage_section(const Input& input) {
  const auto& coverage = input.coverage;
  const auto failed = coverage.failed.size();
  std::string html = "<section class=figures aria-label=coverage>";
  if (coverage.units > 0)
    html +=
        figure(percent(1 - static_cast<double>(failed) / coverage.units),
               grouped(coverage.units - failed) + " of " + grouped(coverage.units) + " units parsed" +
                   (failed > 0 ? ", <a href=\"#unresolved\">" + std::to_string(failed) + " failed</a>" : ""));
  const auto statements = input.evidence.statements.size();
  const auto resolved = static_cast<std::size_t>(
      std::count_if(input.evidence.statements.begin(), input.evidence.statements.end(),
                    [](const auto& one) { return one.resolution == evidence::Resolution::resolved; }));
  if (statements > 0)
    html += figure(percent(static_cast<double>(resolved) / static_cast<double>(statements)),
                   grouped(resolved) + " of " + grouped(statements) + " SQL statements resolved" +
                       (resolved < statements
                            ? ", <a href=\"#unresolved\">" + grouped(statements - resolved) + " not</a>"
                            : ""));
  html += figure(grouped(input.contexts.contexts.size()), "candidate contexts");
  html += figure(grouped(input.graph.files.size()), "files");
  html += figure(grouped(input.graph.tables.size()), "tables");
  html += figure(grouped(input.evidence.routes.size()), "routes");
  return html + "</section>";
}

std::string contexts_section(const Input& input, Bodies& bodies) {
  std::string html = "<section id=contexts><h2>Contexts, easiest to take out first</h2><p class=hint>Each context is a group of files "
                     "that could become a service. <i>Ease</i> is the share of its coupling that stays inside, lowered by tables "
                     "it shares, transactions it would tear, and where it has no route or table of its own. Below the "
                     "sentences: its tables, its routes, and the words its code uses most."
                     "</p>";
  if (input.contexts.contexts.empty())
    html += "<p class=empty>No file of the project was read, so there is nothing to group.</p>";
  html += "<div class=cards>";
  for (std::uint32_t i = 0; i < input.contexts.contexts.size(); ++i) html += card(input, i, bodies);
  return html + "</div></section>";
}

}  // namespace banyan::report
