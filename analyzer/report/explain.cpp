#include "analyzer/report/nearest.hpp"
#include "analyzer/report/report.hpp"
#include "analyzer/report/sqlite.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace banyan::report {
namespace {

std::string percent(double share) { return std::to_string(std::lround(100 * share)) + " %"; }

std::string fixed(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f", value);
  return buffer;
}

std::string join(const std::vector<std::string>& parts, const char* between = ", ") {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

std::vector<std::string> column(const Database& db, std::string_view text, std::string_view value = {}) {
  Statement statement(db, text);
  if (text.find('?') != std::string_view::npos) statement.bind(value);
  std::vector<std::string> result;
  while (statement.step()) result.push_back(statement.text(0));
  return result;
}

struct Member {
  std::int64_t component = 0;
  std::string path, context;
  double stability = 0;
  bool omnipresent = false;
};

std::optional<Member> find_member(const Database& db, std::string_view condition, std::string_view value) {
  Statement statement(
      db,
      "SELECT c.id, c.path, m.context, m.stability, m.omnipresent FROM component c JOIN context_member "
      "m ON m.component = c.id WHERE c.id = (" +
          std::string(condition) + ")");
  statement.bind(value);
  if (!statement.step()) return std::nullopt;
  return Member{statement.integer(0), statement.text(1), statement.text(2), statement.real(3),
                statement.integer(4) != 0};
}

std::string place_of_edge(const Database& db, std::int64_t edge) {
  Statement statement(
      db, "SELECT file || ':' || line, used, snippet FROM evidence WHERE edge = ? ORDER BY file, line, col");
  statement.with(edge);
  if (!statement.step()) return {};
  auto snippet = statement.text(2);
  snippet.erase(0, std::min(snippet.find_first_not_of(" \t"), snippet.size()));
  if (snippet.size() > 90) snippet = snippet.substr(0, 87) + "...";
  return "      " + statement.text(0) + "  " + (snippet.empty() ? statement.text(1) : snippet) + "\n";
}

std::string strongest_edges(const Database& db, const Member& member, bool inside) {
  Statement statement(
      db, std::string("SELECT e.id, e.kind, e.count, e.weight, e.src = ?1, c.path, m.context FROM edge e "
                      "JOIN component c ON c.id = iif(e.src = ?1, e.dst, e.src) JOIN context_member m ON "
                      "m.component = c.id "
                      "WHERE (e.src = ?1 OR e.dst = ?1) AND m.context ") +
              (inside ? "=" : "<>") + " ?2 ORDER BY e.weight DESC, c.path, e.kind LIMIT 6");
  statement.with(member.component, member.context);
  std::string text;
  while (statement.step()) {
    text += "    " + fixed(statement.real(3)) + "  " + (statement.integer(4) != 0 ? "needs   " : "used by ") +
            statement.text(5) + (inside ? "" : "  [" + statement.text(6) + "]") + "  " + statement.text(1) +
            " x" + statement.text(2) + "\n" + place_of_edge(db, statement.integer(0));
  }
  return text.empty() ? "    none\n" : text;
}

std::map<std::string, double> pull(const Database& db, const Member& member) {
  Statement statement(db,
                      "SELECT m.context, sum(e.weight) FROM edge e JOIN context_member m ON m.component = "
                      "iif(e.src = ?1, e.dst, e.src) WHERE e.src = ?1 OR e.dst = ?1 GROUP BY 1");
  statement.with(member.component);
  std::map<std::string, double> result;
  while (statement.step()) result[statement.text(0)] = statement.real(1);
  return result;
}

std::string what_would_move(const Database& db, const Member& member) {
  auto pulls = pull(db, member);
  const double home = pulls[member.context];
  pulls.erase(member.context);
  const auto rival =
      std::max_element(pulls.begin(), pulls.end(), [](auto& a, auto& b) { return a.second < b.second; });
  if (rival == pulls.end() || rival->second == 0)
    return "    nothing else pulls at it: it has no ties to other contexts\n";
  auto text = "    ties to " + member.context + " weigh " + fixed(home) + ", to " + rival->first + " " +
              fixed(rival->second);
  if (rival->second > home)
    return text + ":\n    its calls pull towards " + rival->first +
           " already; names, folders or tables keep it here.\n"
           "    To move it, put it in must_link with a file of " +
           rival->first + " in banyan.yaml\n";
  text += ":\n    it would move if the ties to " + rival->first + " grew " +
          fixed(rival->second > 0 ? home / rival->second : 0) +
          "-fold, or if the strongest ties above went away";
  return text + "\n";
}

std::string tables_of(const Database& db, const Member& member) {
  Statement statement(
      db,
      "SELECT a.table_name, group_concat(DISTINCT a.mode), t.context, min(a.file || ':' || a.line) "
      "FROM table_access a JOIN component_file f ON f.path = a.file JOIN db_table t ON t.name = "
      "a.table_name WHERE f.component = ? GROUP BY 1 ORDER BY 1");
  statement.with(member.component);
  std::string text;
  while (statement.step()) {
    text += "    " + statement.text(0) + "  " + statement.text(1) + "  " + statement.text(3);
    if (statement.text(2) != member.context) text += "  (owned by " + statement.text(2) + ")";
    text += "\n";
  }
  return text;
}

std::string explain_member(const Database& db, const Member& member, const std::string& title) {
  auto files =
      column(db, "SELECT path FROM component_file WHERE component = " + std::to_string(member.component) +
                     " ORDER BY path");
  std::string text = title + "\n";
  if (files.size() > 1) text += "  one unit: " + join(files) + "\n";
  text +=
      "  context: " + member.context + ", together with it in " + percent(member.stability) + " of the runs";
  text += member.omnipresent ? "; most other contexts use it (shared kernel)\n" : "\n";
  text += "  why: its strongest ties inside\n" + strongest_edges(db, member, true);
  text += "  and those that leave\n" + strongest_edges(db, member, false);
  if (const auto tables = tables_of(db, member); !tables.empty()) text += "  tables\n" + tables;
  return text + "  what would move it\n" + what_would_move(db, member);
}

std::optional<std::string> explain_file(const Database& db, const std::string& what) {
  auto member = find_member(db, "SELECT component FROM component_file WHERE path = ?", what);
  if (member) return explain_member(db, *member, what);
  const auto matches =
      column(db, "SELECT path FROM component_file WHERE '/' || path LIKE '%/' || ? ORDER BY path", what);
  if (matches.size() != 1) return std::nullopt;
  member = find_member(db, "SELECT component FROM component_file WHERE path = ?", matches.front());
  return explain_member(db, *member, matches.front());
}

std::optional<std::string> explain_symbol(const Database& db, const std::string& what) {
  Statement statement(
      db,
      "SELECT name, file, line, component FROM symbol_name WHERE name = ?1 OR name LIKE '%::' || ?1 "
      "ORDER BY name <> ?1, name, file, line LIMIT 1");
  statement.with(what);
  if (!statement.step()) return std::nullopt;
  const auto title = statement.text(0) + "  " + statement.text(1) + ":" + statement.text(2);
  const auto member = find_member(db, "SELECT CAST(? AS INTEGER)", statement.text(3));
  if (!member) return std::nullopt;
  const auto users =
      column(db,
             "SELECT DISTINCT m.context || ' (' || v.file || ':' || min(v.line) || ')' FROM evidence v "
             "JOIN edge e ON e.id = v.edge JOIN context_member m ON m.component = e.src "
             "WHERE v.used = ? GROUP BY m.context ORDER BY m.context",
             statement.text(0));
  auto text = explain_member(db, *member, title);
  return users.empty() ? text : text + "  used from\n    " + join(users, "\n    ") + "\n";
}

std::optional<std::string> explain_table(const Database& db, const std::string& what) {
  Statement table(
      db,
      "SELECT name, file, line, context, confidence, is_view FROM db_table WHERE name = ? COLLATE NOCASE");
  table.with(what);
  if (!table.step()) return std::nullopt;
  const auto name = table.text(0);
  std::string text = (table.integer(5) != 0 ? "view " : "table ") + name;
  text += table.is_null(1) ? "  (no CREATE statement found)\n"
                           : "  " + table.text(1) + ":" + table.text(2) + "\n";
  if (table.is_null(3)) return text + "  context: none, no code that was read uses it\n";
  text += "  context: " + table.text(3) + ", with " + percent(table.real(4)) +
          " of the accesses, by weight (an insert counts 4, an update or "
          "delete 2, a read 1)\n  accesses\n";
  Statement user(
      db,
      "SELECT m.context, a.mode, a.file || ':' || a.line, a.via FROM table_access a JOIN component_file f ON "
      "f.path = a.file JOIN context_member m ON m.component = f.component WHERE a.table_name = ? "
      "GROUP BY a.mode, a.file, a.line, a.via ORDER BY m.context, a.mode, a.file, a.line");
  user.with(name);
  std::map<std::string, std::uint64_t> writes;
  while (user.step()) {
    text += "    " + user.text(0) + "  " + user.text(1) + "  " + user.text(2);
    text += user.text(3).empty() ? "\n" : "  via " + user.text(3) + "\n";
    writes[user.text(0)] += user.text(1) != "read";
  }
  writes.erase(table.text(3));
  const auto rival =
      std::max_element(writes.begin(), writes.end(), [](auto& a, auto& b) { return a.second < b.second; });
  text += "  what would move it\n";
  if (rival == writes.end() || rival->second == 0)
    return text + "    another context would have to write it; none does\n";
  return text + "    " + rival->first + " writes it in " + std::to_string(rival->second) +
         " places: with the writes of " + table.text(3) + " moved there, the table would follow\n";
}

std::optional<std::string> explain_route(const Database& db, const std::string& what) {
  const auto space = what.find(' ');
  const auto path = space == std::string::npos ? what : what.substr(space + 1);
  const auto method = space == std::string::npos ? std::string() : what.substr(0, space);
  Statement route(
      db,
      "SELECT id, method, path, file || ':' || line, handler, detector, context, confidence FROM endpoint "
      "WHERE path = ?1 AND (?2 = '' OR method = ?2 COLLATE NOCASE) ORDER BY method");
  route.with(path, method);
  std::string text;
  while (route.step()) {
    text += route.text(1) + " " + route.text(2) + "  registered at " + route.text(3) + " (" + route.text(5) +
            ")\n";
    text += "  handler: " + route.text(4) + "\n";
    text += route.is_null(6)
                ? "  context: none\n"
                : "  context: " + route.text(6) + ", confidence " + percent(route.real(7)) + "\n";
    Statement table(db,
                    "SELECT t.table_name, group_concat(t.mode), d.context FROM endpoint_table t JOIN "
                    "db_table d ON d.name "
                    "= t.table_name WHERE t.endpoint = ? GROUP BY 1 ORDER BY 1");
    table.with(route.integer(0));
    std::string tables;
    while (table.step())
      tables += "    " + table.text(0) + "  " + table.text(1) + "  (owned by " +
                (table.is_null(2) ? "none" : table.text(2)) + ")\n";
    text += "  tables its handler reaches\n" + (tables.empty() ? "    none\n" : tables);
    text += "  what would move it\n    a handler in another context, or tables that another context owns\n";
  }
  return text.empty() ? std::nullopt : std::optional(text);
}

std::string not_found(const Database& db, const std::string& what) {
  std::vector<std::string> names;
  for (const auto* text : {"SELECT path FROM component_file", "SELECT name FROM db_table",
                           "SELECT path FROM endpoint", "SELECT DISTINCT name FROM symbol_name"})
    for (auto& name : column(db, text)) names.push_back(std::move(name));
  auto text = "nothing named '" + what + "' among files, tables, routes and symbols\n";
  const auto close = nearest(what, names, 5);
  return close.empty() ? text : text + "  nearest: " + join(close, "\n           ") + "\n";
}

}  // namespace

Outcome explain(const std::string& database, const std::string& what) try {
  const Database db(database, Access::read);
  for (const auto lookup : {explain_file, explain_table, explain_route, explain_symbol})
    if (auto text = lookup(db, what)) return {.text = std::move(*text), .error = {}};
  return {.text = not_found(db, what), .error = {}, .found = false};
} catch (const SqliteError& error) {
  return {.text = {}, .error = error.what()};
}

}  // namespace banyan::report
