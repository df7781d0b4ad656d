#include "analyzer/report/html_text.hpp"
#include "analyzer/report/sections.hpp"
#include "analyzer/report/words.hpp"

#include <algorithm>
#include <map>

namespace banyan::report {
namespace {

struct Cell {
  std::uint64_t reads = 0, writes = 0;
  std::vector<graph::Site> sites;
};
using Matrix = std::map<std::pair<std::uint32_t, std::uint32_t>, Cell>;  // table, context

Matrix usage(const Input& input) {
  Matrix matrix;
  for (const auto& use : input.graph.table_uses) {
    auto& cell = matrix[{use.table, input.contexts.context_of[use.component]}];
    (use.mode == evidence::AccessMode::read ? cell.reads : cell.writes) += use.count;
    cell.sites.insert(cell.sites.end(), use.sites.begin(), use.sites.end());
  }
  return matrix;
}

constexpr std::size_t places_shown = 40;

std::string cell_body(const Input& input, std::uint32_t table, std::uint32_t context, const Cell& cell) {
  auto sites = cell.sites;
  std::sort(sites.begin(), sites.end());
  sites.erase(std::unique(sites.begin(), sites.end(), [](auto& a, auto& b) { return a.at == b.at; }),
              sites.end());
  std::string html = "<h3>" + context_link(input, context) + " and <code>" +
                     escape(input.graph.tables[table]) + "</code></h3><p class=hint>" + grouped(cell.reads) +
                     (cell.reads == 1 ? " read, " : " reads, ") + grouped(cell.writes) +
                     (cell.writes == 1 ? " write" : " writes") + "</p>";
  for (std::size_t i = 0; i < std::min(places_shown, sites.size()); ++i)
    html += "<div>" + place(input, sites[i].at, true) + "</div>";
  return html;
}

std::string matrix_cell(const Input& input, const Cell* cell, std::uint32_t table, std::uint32_t context,
                        bool owner, Bodies& bodies) {
  std::string html = owner ? "<td class=\"cell owner " + color_class(context) + "\"" : "<td class=cell";
  if (!cell) return html + ">";
  const auto body = bodies.add(cell_body(input, table, context, *cell));
  return html + "><button type=button class=proof data-body=" + std::to_string(body) + ">" +
         mode_letters(cell->reads > 0, cell->writes > 0) + "</button>";
}

std::string column_heads(const Input& input) {
  std::string html = "<tr><th scope=col>table<th scope=col class=num>sure";
  for (std::uint32_t i = 0; i < input.contexts.contexts.size(); ++i)
    html += "<th scope=col class=turned><span>" + context_link(input, i) + "</span>";
  return html + "</tr>";
}

struct Reached {
  bool reads = false, writes = false;
};

std::string reached_tables(const Input& input, const graph::RouteReach& reach) {
  std::map<std::uint32_t, Reached> tables;
  for (const auto& [table, mode] : reach.tables)
    (mode == evidence::AccessMode::read ? tables[table].reads : tables[table].writes) = true;
  std::string html;
  for (const auto& [table, modes] : tables)
    html += "<span class=\"chip table\">" + escape(input.graph.tables[table]) + " " +
            mode_letters(modes.reads, modes.writes) + "</span>";
  return html.empty() ? "<span class=none>none</span>" : html;
}

}  // namespace

std::string tables_section(const Input& input, Bodies& bodies) {
  if (input.graph.tables.empty()) return {};
  const auto matrix = usage(input);
  std::string html =
      "<section id=tables><h2>Tables and who touches them</h2><p class=hint>The tinted cell is the proposed "
      "owner, "
      "<i>sure</i> its share of the weighted accesses. A W outside the tint is a write into somebody else's "
      "table. Every cell opens to the code.</p><div class=scroll><table class=matrix><thead>" +
      column_heads(input) + "</thead><tbody>";
  std::string unused;
  for (const auto& owner : input.contexts.tables) {
    if (owner.context == graph::none) {
      unused += " <code>" + escape(input.graph.tables[owner.table]) + "</code>";
      continue;
    }
    html += "<tr class=item tabindex=-1><th scope=row><code>" + escape(input.graph.tables[owner.table]) +
            "</code><td class=num>" + percent(owner.confidence);
    for (std::uint32_t i = 0; i < input.contexts.contexts.size(); ++i) {
      const auto found = matrix.find({owner.table, i});
      html += matrix_cell(input, found == matrix.end() ? nullptr : &found->second, owner.table, i,
                          owner.context == i, bodies);
    }
    html += "</tr>";
  }
  html += "</tbody></table></div>";
  if (!unused.empty())
    html += "<p class=hint>Declared, but no code that was read uses them:" + unused + "</p>";
  return html + "</section>";
}

std::string routes_section(const Input& input) {
  if (input.evidence.routes.empty()) return {};
  std::string html =
      "<section id=routes><h2>Routes</h2><div class=scroll><table "
      "class=list><thead><tr><th>method<th>path<th>context<th>"
      "handler<th>tables it reaches<th>registered</tr></thead><tbody>";
  for (std::size_t i = 0; i < input.contexts.routes.size(); ++i) {
    const auto& owner = input.contexts.routes[i];
    const auto& route = input.evidence.routes[owner.route];
    html += "<tr class=item tabindex=-1><td><b class=verb>" + escape(route.method) + "</b><td><code>" +
            escape(route.path) + "</code><td title=\"" + percent(owner.confidence) + " sure\">" +
            context_link(input, owner.context) + "<td><code>" + escape(route.handler_name) + "</code><td>" +
            reached_tables(input, input.graph.routes[i]) + "<td>" + place(input, route.at, false) + "</tr>";
  }
  return html + "</tbody></table></div></section>";
}

}  // namespace banyan::report
