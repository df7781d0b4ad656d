#include "analyzer/report/nearest.hpp"
#include "analyzer/report/rows.hpp"

#include <array>

namespace banyan::report {
namespace {

struct Named {
  std::string_view name, about, text;
};

constexpr std::array queries = std::to_array<Named>({
    {"contexts", "candidate contexts, easiest to take out first",
     "SELECT position AS '#', name, files, lines, round(internal_share, 3) AS inside, calls_in, calls_out, "
     "tables_owned "
     "AS tables, tables_shared AS shared, torn_transactions AS torn, round(stability, 3) AS stability, "
     "round(ease, 3) "
     "AS ease, shared_kernel AS kernel FROM context ORDER BY position"},
    {"members", "which file is in which context, and how surely",
     "SELECT m.context, f.path, round(m.stability, 3) AS stability, m.omnipresent FROM context_member m "
     "JOIN component_file f USING(component) ORDER BY m.context, f.path"},
    {"uncertain", "files whose context is least sure",
     "SELECT f.path, m.context, round(m.stability, 3) AS stability FROM context_member m JOIN component_file "
     "f "
     "USING(component) ORDER BY m.stability, f.path LIMIT 50"},
    {"tables", "tables with their owner, writers and readers",
     "SELECT t.name, t.context AS owner, round(t.confidence, 3) AS confidence, "
     "(SELECT group_concat(context, ' ') FROM (SELECT DISTINCT context FROM table_user u WHERE u.table_name "
     "= t.name AND "
     "mode <> 'read' ORDER BY 1)) AS writers, (SELECT group_concat(context, ' ') FROM (SELECT DISTINCT "
     "context FROM "
     "table_user u WHERE u.table_name = t.name AND mode = 'read' ORDER BY 1)) AS readers FROM db_table t "
     "ORDER BY t.name"},
    {"cross-writes", "tables written from outside the context that owns them",
     "SELECT table_name, owner, writer, mode, file || ':' || line AS at, via FROM v_cross_context_writes "
     "ORDER BY table_name, writer, file, line"},
    {"accesses", "every table access with its place",
     "SELECT table_name, mode, via, file || ':' || line AS at, confidence, group_concat(nullif(column_name, "
     "''), ' ') AS "
     "columns FROM table_access GROUP BY table_name, mode, via, file, line, col ORDER BY table_name, file, "
     "line, col, mode"},
    {"routes", "HTTP routes with handler, context and tables",
     "SELECT e.method, e.path, e.handler, e.context, round(e.confidence, 3) AS confidence, "
     "(SELECT group_concat(table_name || ':' || mode, ' ') FROM endpoint_table t WHERE t.endpoint = e.id) AS "
     "tables, "
     "e.file || ':' || e.line AS at FROM endpoint e ORDER BY e.path, e.method"},
    {"edges", "who needs whom between contexts, by kind",
     "SELECT src, dst, kind, count, round(weight, 2) AS weight FROM v_context_edges ORDER BY weight DESC, "
     "src, dst, kind"},
    {"seams", "what crosses between contexts: calls, types and tables with a place each",
     "SELECT src, dst, kind, name, count, file || ':' || line AS at FROM seam_item ORDER BY src, dst, count "
     "DESC, name, kind"},
    {"torn", "transactions that write tables of several contexts",
     "SELECT s.file || ':' || s.line AS at, s.how, group_concat(DISTINCT t.table_name) AS tables, "
     "group_concat(DISTINCT d.context) AS contexts FROM transaction_span s JOIN transaction_table t ON "
     "t.span = s.id "
     "JOIN db_table d ON d.name = t.table_name WHERE s.torn AND t.mode <> 'read' GROUP BY s.id ORDER BY "
     "s.file, s.line"},
    {"unresolved", "SQL that could not be resolved fully, with the reason",
     "SELECT file || ':' || line AS at, resolution, reason, text FROM sql_statement WHERE resolution <> "
     "'resolved' "
     "ORDER BY file, line, col"},
    {"failed", "units that did not parse cleanly", "SELECT file, error FROM failed_unit ORDER BY file"},
    {"shared-state", "globals, environment, files and queues that are shared without a call",
     "SELECT kind, name, file || ':' || line AS at, writes FROM shared_state ORDER BY kind, name, file, "
     "line"},
    {"sources", "which kinds of evidence were used, how much each gave, and what limits it",
     "SELECT name, used, rows, note FROM evidence_source ORDER BY rowid"},
    {"co-change", "files that change in the same commits",
     "SELECT file_a, file_b, commits, round(weight, 2) AS weight FROM co_change ORDER BY weight DESC, file_a, file_b"},
    {"traffic", "requests of the access log by route; without an endpoint: no route matches them",
     "SELECT endpoint, method, path, requests, failures, mean_us, bytes FROM traffic ORDER BY requests DESC, path, "
     "method"},
    {"vocabulary", "the words each file is about",
     "SELECT file, word, count, round(weight, 2) AS weight FROM vocabulary ORDER BY file, weight DESC, word"},
    {"omnipresent", "files that most contexts use: the shared kernel",
     "SELECT f.path, m.context FROM context_member m JOIN component_file f USING(component) WHERE "
     "m.omnipresent "
     "ORDER BY f.path"},
    {"findings", "what stands in the way, worst first",
     "SELECT severity, rule, title, file || ':' || line AS at FROM finding ORDER BY CASE severity WHEN "
     "'error' THEN 0 "
     "WHEN 'warning' THEN 1 ELSE 2 END, id"},
});

Outcome run(const std::string& database, std::string_view text, Format format) {
  const Database db(database, Access::read);
  Statement statement(db, text);
  if (!statement.consumed_all()) return {.text = {}, .error = "one statement at a time, please"};
  if (!statement.read_only() || statement.columns() == 0)
    return {.text = {}, .error = "only statements that read are allowed here: SELECT ..."};
  return {.text = format_rows(statement, format), .error = {}};
}

}  // namespace

std::string list_queries() {
  std::string text;
  for (const auto& query : queries)
    text +=
        std::string(query.name) + std::string(14 - query.name.size(), ' ') + std::string(query.about) + "\n";
  return text;
}

Outcome query(const std::string& database, const std::string& name, Format format) try {
  std::vector<std::string> names;
  for (const auto& query : queries) {
    if (query.name == name) return run(database, query.text, format);
    names.emplace_back(query.name);
  }
  const auto close = nearest(name, names, 1);
  return {.text = {},
          .error = "unknown query '" + name + "'" +
                   (close.empty() ? "" : "; did you mean '" + close.front() + "'?") +
                   "\n  all of them: banyan-analyze query --list"};
} catch (const SqliteError& error) {
  return {.text = {}, .error = error.what()};
}

Outcome sql(const std::string& database, const std::string& statement, Format format) try {
  return run(database, statement, format);
} catch (const SqliteError& error) {
  return {.text = {}, .error = error.what()};
}

}  // namespace banyan::report
