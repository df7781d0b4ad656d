#include "analyzer/report/model.hpp"

#include "analyzer/report/sqlite.hpp"
#include "analyzer/report/utf8.hpp"

#include <map>

namespace banyan::report {
namespace {

// Reads a row from left to right.
class Row {
 public:
  explicit Row(const Statement& statement) : statement_(statement) {}
  std::string text() { return as_utf8(statement_.text(next_++), "\xEF\xBF\xBD"); }
  double real() { return statement_.real(next_++); }
  std::uint64_t whole() { return static_cast<std::uint64_t>(statement_.integer(next_++)); }
  std::uint32_t number() { return static_cast<std::uint32_t>(whole()); }
  bool flag() { return whole() != 0; }
  Location place() {
    Location at;
    at.file = text();
    at.line = number();
    at.column = number();
    return at;
  }

 private:
  const Statement& statement_;
  int next_ = 0;
};

template <typename Each>
void each(const Database& db, std::string_view text, Each&& act) {
  Statement statement(db, text);
  while (statement.step()) act(Row(statement));
}

using Index = std::map<std::string, std::uint32_t>;

std::uint32_t find(const Index& index, const std::string& key) {
  const auto found = index.find(key);
  return found == index.end() ? graph::none : found->second;
}

Index read_contexts(const Database& db, Model& model) {
  Index index;
  each(db,
       "SELECT id, name, shared_kernel, tests, files, lines, ease, stability FROM context ORDER BY position",
       [&](Row row) {
         auto id = row.text();
         index[id] = static_cast<std::uint32_t>(model.contexts.size());
         model.contexts.push_back({.id = std::move(id),
                                   .name = row.text(),
                                   .shared_kernel = row.flag(),
                                   .tests = row.flag(),
                                   .files = row.number(),
                                   .lines = row.number(),
                                   .ease = row.real(),
                                   .stability = row.real(),
                                   .sentences = {}});
       });
  each(db, "SELECT context, text FROM context_sentence ORDER BY context, position", [&](Row row) {
    const auto context = find(index, row.text());
    if (context != graph::none) model.contexts[context].sentences.push_back(row.text());
  });
  return index;
}

void read_components(const Database& db, const Index& contexts, Model& model) {
  each(db,
       "SELECT c.path, m.context, m.stability FROM component c LEFT JOIN context_member m ON m.component = "
       "c.id "
       "ORDER BY c.id",
       [&](Row row) {
         auto path = row.text();
         const auto context = find(contexts, row.text());
         model.components.push_back({.path = std::move(path), .context = context, .stability = row.real()});
       });
  // SQLite takes the other columns from the row that holds the least place; places are sorted by rowid.
  each(db,
       "SELECT e.src, e.dst, e.kind, e.count, e.weight, v.file, v.line, v.col FROM edge e LEFT JOIN "
       "(SELECT edge, file, line, col, min(rowid) FROM evidence GROUP BY edge) v ON v.edge = e.id ORDER BY "
       "e.id",
       [&](Row row) {
         model.edges.push_back({.from = row.number(),
                                .to = row.number(),
                                .kind = row.text(),
                                .count = row.whole(),
                                .weight = row.real(),
                                .at = row.place()});
       });
}

void read_tables(const Database& db, const Index& contexts, Model& model) {
  Index index;
  each(db, "SELECT name, file, line, 0, context, confidence, is_view FROM db_table ORDER BY name",
       [&](Row row) {
         Model::Table table;
         table.name = row.text();
         table.at = row.place();
         table.context = find(contexts, row.text());
         table.confidence = row.real();
         table.view = row.flag();
         index[table.name] = static_cast<std::uint32_t>(model.tables.size());
         model.tables.push_back(std::move(table));
       });
  each(db, "SELECT table_name, name FROM table_column ORDER BY table_name, position", [&](Row row) {
    const auto table = find(index, row.text());
    if (table != graph::none) model.tables[table].columns.push_back(row.text());
  });
  each(db,
       "SELECT table_name, columns, referenced_table, referenced FROM foreign_key ORDER BY table_name, "
       "position",
       [&](Row row) {
         const auto table = find(index, row.text());
         if (table == graph::none) return;
         auto columns = row.text();
         auto target = row.text();
         model.tables[table].foreign_keys.push_back({std::move(columns), std::move(target), row.text()});
       });
  each(db, "SELECT table_name, context, mode, places FROM table_user ORDER BY table_name, context, mode",
       [&](Row row) {
         const auto table = find(index, row.text());
         const auto context = find(contexts, row.text());
         if (table == graph::none || context == graph::none) return;
         auto mode = row.text();
         model.table_users.push_back({table, context, std::move(mode), row.whole()});
       });
}

void read_routes(const Database& db, const Index& contexts, Model& model) {
  std::map<std::uint64_t, std::size_t> by_id;
  each(db,
       "SELECT id, method, path, handler, file, line, 0, context, confidence FROM endpoint ORDER BY path, "
       "method, id",
       [&](Row row) {
         by_id[row.whole()] = model.routes.size();
         Model::Route route;
         route.method = row.text();
         route.path = row.text();
         route.handler = row.text();
         route.at = row.place();
         route.context = find(contexts, row.text());
         route.confidence = row.real();
         model.routes.push_back(std::move(route));
       });
  each(db, "SELECT endpoint, table_name, mode FROM endpoint_table ORDER BY endpoint, table_name, mode",
       [&](Row row) {
         const auto route = by_id.find(row.whole());
         if (route == by_id.end()) return;
         auto table = row.text();
         model.routes[route->second].tables.emplace_back(std::move(table), row.text());
       });
}

void read_seams(const Database& db, const Index& contexts, Model& model) {
  each(db,
       "SELECT s.src, s.dst, s.weight, s.calls, s.types, s.data, (SELECT coalesce(sum(i.count), 0) FROM "
       "seam_item i "
       "WHERE i.src = s.src AND i.dst = s.dst AND i.kind LIKE 'table %') FROM seam s ORDER BY s.rowid",
       [&](Row row) {
         const auto from = find(contexts, row.text());
         const auto to = find(contexts, row.text());
         if (from == graph::none || to == graph::none) return;
         model.seams.push_back({.from = from,
                                .to = to,
                                .weight = row.real(),
                                .calls = row.whole(),
                                .types = row.whole(),
                                .data = row.whole(),
                                .accesses = row.whole()});
       });
}

void read_findings(const Database& db, Model& model) {
  std::map<std::uint64_t, std::size_t> by_id;
  each(db, "SELECT id, key, rule, severity, title, advice, file, line, col FROM finding ORDER BY id",
       [&](Row row) {
         by_id[row.whole()] = model.findings.size();
         Finding one;
         one.id = row.text();
         one.rule = row.text();
         const auto severity = row.text();
         one.severity = severity == "error"     ? Severity::error
                        : severity == "warning" ? Severity::warning
                                                : Severity::note;
         one.title = row.text();
         one.advice = row.text();
         one.at = row.place();
         model.findings.push_back(std::move(one));
       });
  each(db, "SELECT finding, file, line, col FROM finding_place ORDER BY finding, position", [&](Row row) {
    const auto finding = by_id.find(row.whole());
    if (finding != by_id.end()) model.findings[finding->second].related.push_back(row.place());
  });
}

}  // namespace

ReadModel read_model(const std::string& database) try {
  ReadModel out;
  const Database db(database, Access::read);
  each(db, "SELECT project, tool FROM run", [&](Row row) {
    out.model.project = row.text();
    out.model.tool = row.text();
  });
  each(db, "SELECT units, failed FROM coverage", [&](Row row) {
    out.model.units = row.number();
    out.model.failed = row.number();
  });
  const auto contexts = read_contexts(db, out.model);
  read_components(db, contexts, out.model);
  read_tables(db, contexts, out.model);
  read_routes(db, contexts, out.model);
  read_seams(db, contexts, out.model);
  read_findings(db, out.model);
  return out;
} catch (const SqliteError& error) {
  return {.model = {}, .error = std::string(error.what()) + "\n  Written by another version? Run map again."};
}

}  // namespace banyan::report
