#include "analyzer/report/html_text.hpp"
#include "analyzer/report/sections.hpp"
#include "analyzer/report/words.hpp"

namespace banyan::report {
namespace {

std::string finding(const Input& input, const Finding& one) {
  std::string html = "<details class=\"finding item " + std::string(to_string(one.severity)) +
                     "\" tabindex=-1><summary><b class=sev>" + std::string(to_string(one.severity)) +
                     "</b><span>" + escape(one.title) + "</span><span class=rule>" + escape(one.rule) +
                     "</span></summary><p>" + escape(one.advice) + "</p>";
  if (!one.at.file.empty()) html += "<div>" + place(input, one.at, true) + "</div>";
  for (const auto& at : one.related) html += "<div>" + place(input, at, true) + "</div>";
  return html + "</details>";
}

std::string torn(const Input& input) {
  if (input.contexts.torn.empty()) return {};
  std::string html =
      "<h3>Transactions that would be torn</h3><div class=scroll><table "
      "class=list><tr><th>where<th>contexts<th>tables it "
      "writes</tr>";
  for (const auto& one : input.contexts.torn) {
    html += "<tr class=item tabindex=-1><td>" +
            place(input, input.evidence.transactions[one.transaction].at, true) + "<td>";
    for (const auto context : one.contexts) html += context_link(input, context) + " ";
    html += "<td>";
    for (const auto table : one.tables)
      html += "<span class=\"chip table\">" + escape(input.graph.tables[table]) + "</span>";
    html += "</tr>";
  }
  return html + "</table></div>";
}

std::string statements(const Input& input) {
  std::string rows;
  for (const auto& one : input.evidence.statements) {
    if (one.resolution == evidence::Resolution::resolved) continue;
    rows += "<tr class=item tabindex=-1><td>" + place(input, one.at, false) + "<td>" +
            std::string(to_string(one.resolution)) + "<td>" + escape(one.reason) + "<td><code>" +
            escape(one.text) + "</code></tr>";
  }
  if (rows.empty()) return {};
  return "<h3>SQL</h3><div class=scroll><table class=list><tr><th>where<th>how far<th>why<th>text</tr>" +
         rows + "</table></div>";
}

std::string failed_units(const Input& input) {
  std::string html;
  if (!input.coverage.failed.empty()) {
    html +=
        "<h3>Units that did not parse cleanly</h3><div class=scroll><table class=list><tr><th>unit<th>first "
        "error</tr>";
    for (const auto& one : input.coverage.failed)
      html += "<tr class=item tabindex=-1><td><code>" + escape(one.file) + "</code><td>" + escape(one.error) +
              "</tr>";
    html += "</table></div>";
  }
  if (!input.coverage.dropped.empty()) {
    html += "<h3>Entries of the compile database that were left out</h3><ul>";
    for (const auto& one : input.coverage.dropped) html += "<li>" + escape(one) + "</li>";
    html += "</ul>";
  }
  return html;
}

}  // namespace

std::string findings_section(const Input& input) {
  const auto transactions = torn(input);
  if (input.findings.empty() && transactions.empty()) return {};
  std::string html = "<section id=findings><h2>Findings</h2>";
  for (const auto& one : input.findings) html += finding(input, one);
  return html + transactions + "</section>";
}

std::string unresolved_section(const Input& input) {
  auto lists = statements(input) + failed_units(input);
  if (lists.empty()) lists = "<p class=empty>Every unit parsed and every statement was resolved.</p>";
  return "<section id=unresolved><h2>What could not be resolved</h2>" + lists + "</section>";
}

}  // namespace banyan::report
