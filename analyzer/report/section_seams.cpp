#include "analyzer/report/html_text.hpp"
#include "analyzer/report/sections.hpp"
#include "analyzer/report/words.hpp"

#include <algorithm>

namespace banyan::report {
namespace {

// The page shows what matters most; contexts.json and `query seams` have all of it.
constexpr std::size_t items_on_page = 6000, most_items = 25, least_items = 5, sites_shown = 3;

std::string sites(const Input& input, const std::vector<graph::Site>& all) {
  std::string html;
  for (std::size_t i = 0; i < std::min(sites_shown, all.size()); ++i)
    html += "<div>" + place(input, all[i].at, true) + "</div>";
  return html;
}

std::string row(const std::string& kind, const std::string& name, std::uint64_t count,
                const std::string& places) {
  return "<tr><td>" + kind + "<td><code>" + escape(name) + "</code><td class=num>" + grouped(count) + "<td>" +
         places + "</tr>";
}

// What there is of each sort; what there is none of goes without saying.
std::string counts(const contexts::Seam& seam) {
  std::string text;
  const auto add = [&](std::uint64_t count, const char* one, const char* many) {
    if (count > 0) text += (text.empty() ? "" : " · ") + counted(count, one, many);
  };
  add(seam.calls, "call", "calls");
  add(seam.types, "type use", "type uses");
  add(seam.data, "data use", "data uses");
  add(seam.tables.size(), "table access", "table accesses");
  return text.empty() ? "includes only" : text;
}

std::string seam_body(const Input& input, const contexts::Seam& seam, std::size_t items_shown) {
  std::string html = "<p class=hint>" + context_link(input, seam.from) + " to " + context_link(input, seam.to) +
                     "</p><table class=list><tr><th>kind<th>what<th class=num>uses<th>where</tr>";
  for (const auto& table : seam.tables)
    html += row("table " + std::string(to_string(table.mode)), input.graph.tables[table.table], table.count,
                sites(input, table.sites));
  for (std::size_t i = 0; i < std::min(items_shown, seam.items.size()); ++i) {
    const auto& item = seam.items[i];
    html += row(std::string(graph::to_string(item.kind)), item.name, item.count, sites(input, item.sites));
  }
  html += "</table>";
  if (seam.items.size() > items_shown)
    html +=
        "<p class=hint>" + std::to_string(seam.items.size() - items_shown) + " more in contexts.json.</p>";
  return html;
}

std::string seam_details(const Input& input, const contexts::Seam& seam, std::size_t body) {
  return "<details class=\"seam item\" tabindex=-1 id=\"seam-" + std::to_string(seam.from) + "-" +
         std::to_string(seam.to) + "\" data-body=" + std::to_string(body) + "><summary>" +
         context_mark(input, seam.from) + " needs " + context_mark(input, seam.to) + "<span class=counts>" +
         counts(seam) + "</span></summary></details>";
}

}  // namespace

std::string seams_section(const Input& input, Bodies& bodies) {
  if (input.contexts.seams.empty()) return {};
  std::string html =
      "<section id=seams><h2>Seams</h2><p class=hint>What would cross a wire between two contexts, with the "
      "lines that "
      "prove it. Heaviest first.</p>";
  const auto items = std::clamp(items_on_page / input.contexts.seams.size(), least_items, most_items);
  for (const auto& seam : input.contexts.seams)
    html += seam_details(input, seam, bodies.add(seam_body(input, seam, items)));
  return html + "</section>";
}

}  // namespace banyan::report
