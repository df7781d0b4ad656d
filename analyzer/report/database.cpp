#include "analyzer/report/evidence_tables.hpp"
#include "analyzer/report/schema.hpp"
#include "analyzer/report/sqlite.hpp"
#include "analyzer/report/words.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace banyan::report {
namespace {

std::string snippet(const Input& input, const Location& at) {
  return input.snippet ? input.snippet(at) : std::string();
}

void bind_context(Statement& statement, const Input& input, std::uint32_t context) {
  if (context == graph::none)
    statement.bind_null();
  else
    statement.bind(context_id(input.contexts, context));
}

void write_components(const Database& db, const Input& input) {
  Statement component(db, "INSERT INTO component VALUES(?,?)"),
      file(db, "INSERT INTO component_file VALUES(?,?)");
  for (std::uint32_t i = 0; i < input.graph.components.size(); ++i) {
    component.with(i, input.graph.components[i].id).finish();
    for (const auto index : input.graph.components[i].files) file.with(i, input.graph.files[index]).finish();
  }
  Statement symbol(db, "INSERT INTO symbol_name VALUES(?,?,?,?)");
  for (const auto& one : input.graph.symbols)
    if (!one.name.empty()) symbol.with(one.name, one.at.file, one.at.line, one.owners.front()).finish();
}

void write_edges(const Database& db, const Input& input) {
  Statement edge(db, "INSERT INTO edge VALUES(?,?,?,?,?,?)"),
      place(db, "INSERT INTO evidence VALUES(?,?,?,?,?,?,?)");
  std::int64_t id = 0;
  for (const auto& one : input.graph.edges) {
    edge.with(++id, one.from, one.to, graph::to_string(one.kind), one.count, one.weight).finish();
    for (const auto& site : one.sites)
      place.with(id, site.at.file, site.at.line, site.at.column, site.from, site.to, snippet(input, site.at))
          .finish();
  }
}

void write_contexts(const Database& db, const Input& input) {
  Statement row(db, "INSERT INTO context VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  Statement sentence(db, "INSERT INTO context_sentence VALUES(?,?,?)");
  Statement word(db, "INSERT INTO context_word VALUES(?,?,?)");
  Statement member(db, "INSERT INTO context_member VALUES(?,?,?,?)");
  std::int64_t position = 0;
  for (const auto& context : input.contexts.contexts) {
    const auto& s = context.scores;
    std::string about;
    for (const auto& text : context.sentences) about += (about.empty() ? "" : " ") + text;
    row.with(context.id, ++position, context.name, context.shared_kernel, s.files, s.lines, s.internal_share);
    row.with(s.calls_in, s.calls_out, s.tables_owned, s.tables_shared, s.torn_transactions, s.stability,
             s.ease, about, context.tests);
    row.finish();
    for (std::size_t i = 0; i < context.sentences.size(); ++i)
      sentence.with(context.id, i + 1, context.sentences[i]).finish();
    for (std::size_t i = 0; i < context.words.size(); ++i)
      word.with(context.id, i + 1, context.words[i]).finish();
    for (const auto& one : context.members)
      member.with(context.id, one.component, one.stability, one.omnipresent).finish();
  }
  Statement merge(db, "INSERT INTO hierarchy VALUES(?,?,?,?)");
  for (std::size_t i = 0; i < input.contexts.dendrogram.size(); ++i) {
    const auto& [left, right, together] = input.contexts.dendrogram[i];
    merge.with(i, left, right, together).finish();
  }
}

const evidence::Table* find_table(const Input& input, const std::string& name) {
  for (const auto& table : input.evidence.tables)
    if (table.name == name) return &table;
  return nullptr;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void write_columns(const Database& db, const Input& input) {
  Statement column(db, "INSERT INTO table_column VALUES(?,?,?)");
  Statement key(db, "INSERT INTO foreign_key VALUES(?,?,?,?,?)");
  for (const auto& table : input.evidence.tables) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      column.with(table.name, i + 1, table.columns[i]).finish();
    for (std::size_t i = 0; i < table.foreign_keys.size(); ++i) {
      const auto& one = table.foreign_keys[i];
      key.with(table.name, i + 1, joined(one.columns), one.table, joined(one.referenced)).finish();
    }
  }
}

void write_tables(const Database& db, const Input& input) {
  Statement table(db, "INSERT INTO db_table VALUES(?,?,?,?,?,?)");
  for (const auto& owner : input.contexts.tables) {
    const auto& name = input.graph.tables[owner.table];
    const auto* declared = find_table(input, name);
    table.bind(name);
    if (declared && !declared->at.file.empty())
      table.with(declared->at.file, declared->at.line);
    else
      table.bind_null().bind_null();
    bind_context(table, input, owner.context);
    table.with(owner.confidence, declared && declared->view).finish();
  }
  Statement access(db, "INSERT INTO table_access VALUES(?,?,?,?,?,?,?,?,?)");
  for (const auto& one : input.evidence.accesses)
    access
        .with(one.table, one.column, to_string(one.mode), one.via, one.at.file, one.at.line, one.at.column,
              one.in_usr, to_string(one.confidence))
        .finish();
  Statement user(db, "INSERT INTO table_user VALUES(?,?,?,?)");
  std::map<std::tuple<std::uint32_t, std::uint32_t, evidence::AccessMode>, std::uint64_t> places;
  for (const auto& use : input.graph.table_uses)
    places[{use.table, input.contexts.context_of[use.component], use.mode}] += use.count;
  for (const auto& [key, count] : places)
    user.with(input.graph.tables[std::get<0>(key)], context_id(input.contexts, std::get<1>(key)),
              to_string(std::get<2>(key)), count)
        .finish();
  Statement statement(db, "INSERT INTO sql_statement VALUES(?,?,?,?,?,?)");
  for (const auto& one : input.evidence.statements)
    statement.with(one.at.file, one.at.line, one.at.column, one.text, to_string(one.resolution), one.reason)
        .finish();
}

void write_endpoints(const Database& db, const Input& input) {
  Statement endpoint(db, "INSERT INTO endpoint VALUES(?,?,?,?,?,?,?,?,?)");
  Statement table(db, "INSERT INTO endpoint_table VALUES(?,?,?)");
  for (const auto& owner : input.contexts.routes) {
    const auto& route = input.evidence.routes[owner.route];
    endpoint.with(owner.route, route.method, route.path, route.at.file, route.at.line, route.handler_name,
                  route.detector);
    bind_context(endpoint, input, owner.context);
    endpoint.with(owner.confidence).finish();
  }
  for (const auto& reach : input.graph.routes)
    for (const auto& [number, mode] : reach.tables)
      table.with(reach.route, input.graph.tables[number], to_string(mode)).finish();
}

void write_transactions(const Database& db, const Input& input) {
  std::set<std::uint32_t> torn;
  for (const auto& one : input.contexts.torn) torn.insert(one.transaction);
  Statement span(db, "INSERT INTO transaction_span VALUES(?,?,?,?,?,?)");
  Statement table(db, "INSERT INTO transaction_table VALUES(?,?,?)");
  for (std::uint32_t i = 0; i < input.evidence.transactions.size(); ++i) {
    const auto& one = input.evidence.transactions[i];
    span.with(i, one.at.file, one.at.line, one.end_line, one.how, torn.contains(i)).finish();
    std::set<std::pair<std::string, evidence::AccessMode>> touched;
    for (const auto& access : one.accesses) touched.emplace(access.table, access.mode);
    for (const auto& [name, mode] : touched) table.with(i, name, to_string(mode)).finish();
  }
  Statement state(db, "INSERT INTO shared_state VALUES(?,?,?,?,?)");
  for (const auto& one : input.evidence.shared_state)
    state.with(one.kind, one.name, one.at.file, one.at.line, one.write).finish();
}

void write_seams(const Database& db, const Input& input) {
  Statement seam(db, "INSERT INTO seam VALUES(?,?,?,?,?,?)"),
      item(db, "INSERT INTO seam_item VALUES(?,?,?,?,?,?,?)");
  for (const auto& one : input.contexts.seams) {
    const auto src = context_id(input.contexts, one.from), dst = context_id(input.contexts, one.to);
    seam.with(src, dst, one.weight, one.calls, one.types, one.data).finish();
    const auto write = [&](std::string_view kind, const std::string& name, std::uint64_t count,
                           const auto& sites) {
      const Location at = sites.empty() ? Location() : sites.front().at;
      item.with(src, dst, kind, name, count, at.file, at.line).finish();
    };
    for (const auto& used : one.items) write(graph::to_string(used.kind), used.name, used.count, used.sites);
    for (const auto& used : one.tables)
      write("table " + std::string(to_string(used.mode)), input.graph.tables[used.table], used.count,
            used.sites);
  }
}

void write_findings(const Database& db, const Input& input) {
  Statement finding(db, "INSERT INTO finding VALUES(?,?,?,?,?,?,?,?,?)");
  Statement place(db, "INSERT INTO finding_place VALUES(?,?,?,?,?)");
  std::int64_t id = 0;
  for (const auto& one : input.findings) {
    finding.with(++id, one.rule, to_string(one.severity), one.title, one.advice, one.at.file, one.at.line);
    finding.with(one.at.column, one.id).finish();
    for (std::size_t i = 0; i < one.related.size(); ++i)
      place.with(id, i + 1, one.related[i].file, one.related[i].line, one.related[i].column).finish();
  }
  Statement(db, "INSERT INTO coverage VALUES(?,?)")
      .with(input.coverage.units, input.coverage.failed.size())
      .finish();
  Statement failed(db, "INSERT INTO failed_unit VALUES(?,?)");
  for (const auto& one : input.coverage.failed) failed.with(one.file, one.error).finish();
}

}  // namespace

Outcome write_database(const std::string& path, const Input& input) try {
  Database db(path, Access::write);
  db.run("BEGIN IMMEDIATE");
  db.run(drop_tables);
  db.run(create_tables);
  write_evidence_tables(db, input);
  Statement(db, "INSERT INTO run VALUES(?,?)")
      .with(input.project, "banyan-analyze " + input.version)
      .finish();
  write_components(db, input);
  write_edges(db, input);
  write_contexts(db, input);
  write_tables(db, input);
  write_columns(db, input);
  write_endpoints(db, input);
  write_transactions(db, input);
  write_seams(db, input);
  write_findings(db, input);
  db.run("PRAGMA application_id = " + std::to_string(application_id));
  db.run("COMMIT");
  return {};
} catch (const SqliteError& error) {
  return {.text = {}, .error = "cannot write " + path + ": " + error.what()};
}

}  // namespace banyan::report
