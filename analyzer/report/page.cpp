#include "analyzer/report/html_text.hpp"
#include "analyzer/report/page_assets.hpp"
#include "analyzer/report/page_data.hpp"
#include "analyzer/report/sections.hpp"

#include <boost/json.hpp>

#include <tuple>

namespace banyan::report {
namespace {

// Nothing is loaded, nothing is sent, and only the two blocks named here may style and run.
std::string policy() {
  return "default-src 'none'; style-src 'sha256-" + base64_of_hex(page_css_sha256) +
         "'; script-src 'sha256-" + base64_of_hex(page_js_sha256) + "'; base-uri 'none'; form-action 'none'";
}

std::string head(const Input& input) {
  return "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n<meta "
         "http-equiv=Content-Security-Policy content=\"" +
         policy() +
         "\">\n<meta name=viewport content=\"width=device-width, initial-scale=1\">\n<meta name=generator "
         "content=\"banyan-analyze " +
         escape(input.version) + "\">\n<title>" + escape(input.project) +
         " · candidate contexts</title>\n<style>" + std::string(page_css) + "</style>\n</head>\n";
}

std::string top_bar(const Input& input, const std::vector<std::pair<std::string, std::string>>& links) {
  std::string html = "<header class=top><h1>" + escape(input.project) + "</h1><nav>";
  for (const auto& [id, title] : links) html += "<a href=\"#" + id + "\">" + title + "</a>";
  return html +
         "</nav><input id=search type=search placeholder=\"search  /\" aria-label=\"Search in this report\" "
         "autocomplete=off spellcheck=false><button id=theme type=button title=\"light or dark (t)\" "
         "aria-label=\"Change between light and dark\">◐</button></header>\n";
}

// Its parts in the order of the page. The script runs before the bulk that it needs only when something is
// opened.
std::string data_block(const char* id, const std::string& json) {
  return "<script type=\"application/json\" id=" + std::string(id) + ">" + escape_script(json) +
         "</script>\n";
}

std::string bodies_json(const Bodies& bodies) {
  boost::json::array all;
  for (const auto& html : bodies.all()) all.emplace_back(html);
  return boost::json::serialize(all);
}

std::string panel() {
  return "<aside id=panel hidden tabindex=-1 aria-label=\"the code that proves it\"><button type=button "
         "id=panel-close "
         "aria-label=\"close (Esc)\">×</button><div id=panel-body></div></aside>\n";
}

}  // namespace

std::string html(const Input& input) {
  Bodies bodies;
  const std::vector<std::tuple<std::string, std::string, std::string>> sections = {
      {"contexts", "Contexts", contexts_section(input, bodies)},
      {"map", "Map", map_section(input)},
      {"tables", "Tables", tables_section(input, bodies)},
      {"routes", "Routes", routes_section(input)},
      {"seams", "Seams", seams_section(input, bodies)},
      {"findings", "Findings", findings_section(input)},
      {"dsm", "Matrix", dsm_section(input)},
      {"plan", "Plan", plan_section(input)},
      {"unresolved", "Unresolved", unresolved_section(input)},
      {"graph", "Files", graph_section(input)}};
  std::vector<std::pair<std::string, std::string>> links;
  std::string body;
  for (const auto& [id, title, section] : sections) {
    if (section.empty()) continue;
    links.emplace_back(id, title);
    body += section + "\n";
  }
  return head(input) + "<body>\n" + top_bar(input, links) + "<main>\n" + coverage_section(input) +
         "\n<p id=nothing hidden>"
         "Nothing matches. Esc clears the search.</p>\n" +
         body + "</main>\n" + panel() + "<footer>banyan-analyze " + escape(input.version) + " · seed " +
         std::to_string(input.options.seed) + ", " + std::to_string(input.contexts.runs) +
         " runs · keys: <kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next and previous, <kbd>Enter</kbd> "
         "open, <kbd>Esc</kbd> close, <kbd>t</kbd> theme"
         "</footer>\n" +
         data_block("data", graph_data(input)) + "<script>" + std::string(page_js) + "</script>\n" +
         data_block("bodies", bodies_json(bodies)) + data_block("evidence", evidence_data(input)) +
         "</body>\n</html>\n";
}

}  // namespace banyan::report
