#include "analyzer/evidence/sql.hpp"

#include "analyzer/evidence/sql_statement.hpp"

#include <algorithm>
#include <map>

namespace banyan::evidence {
namespace {

void add_unique(std::vector<std::string>& list, const std::vector<std::string>& more) {
  for (const std::string& text : more) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  }
}

std::string joined(const std::vector<std::string>& reasons) {
  std::string out;
  for (const std::string& reason : reasons) out += (out.empty() ? "" : "; ") + reason;
  return out;
}

Resolution worse(Resolution a, Resolution b) { return std::max(a, b); }

SqlResult analyze_text(const SqlString& sql, StatementAnalyzer& analyzer) {
  SqlResult result;
  std::vector<std::string> reasons;
  for (const Tokens& statement : split_statements(tokenize(sql.text, sql.holes))) {
    const StatementResult one = analyzer.analyze(statement);
    result.resolution = worse(result.resolution, one.resolution);
    add_unique(reasons, one.reasons);
    for (const TableTouch& touch : one.touches) {
      TableAccess access{touch.table, touch.column, touch.mode,    touch.via,
                         sql.at,      sql.in_usr,   one.confidence};
      result.accesses.push_back(std::move(access));
    }
  }
  result.reason = joined(reasons);
  std::sort(result.accesses.begin(), result.accesses.end());
  result.accesses.erase(std::unique(result.accesses.begin(), result.accesses.end()), result.accesses.end());
  if (result.resolution == Resolution::unresolved && !result.accesses.empty())
    result.resolution = Resolution::partial;
  return result;
}

// Statements of a schema file, each at its own line.
void add_file(Schema& schema, const SqlFile& file) {
  for (const Tokens& statement : split_statements(tokenize(file.text))) {
    const std::size_t offset = std::min(statement.front().offset, file.text.size());
    const auto begin = file.text.begin();
    const auto at = begin + static_cast<std::ptrdiff_t>(offset);
    const auto line = static_cast<std::uint32_t>(std::count(begin, at, '\n')) + 1;
    const std::size_t start = offset == 0 ? std::string::npos : file.text.rfind('\n', offset - 1);
    const std::size_t column = start == std::string::npos ? offset + 1 : offset - start;
    schema.add(statement, {file.path, line, static_cast<std::uint32_t>(column)});
  }
}

std::vector<std::string> tables_written_by(const TriggerText& trigger) {
  std::set<std::string> writes;
  for (const Tokens& statement : trigger.body) {
    for (const TableReference& reference : read_statement(statement).references) {
      if (reference.mode != AccessMode::read && !reference.hole) writes.insert(reference.name);
    }
  }
  return {writes.begin(), writes.end()};
}

class Collector {
 public:
  Collector(const facts::Program& program, const Settings& settings, Evidence& into)
      : out_(into), strings_(find_sql(program)) {
    std::vector<const SqlFile*> files;
    for (const SqlFile& file : settings.sql_files) files.push_back(&file);
    std::sort(files.begin(), files.end(), [](const auto* a, const auto* b) { return a->path < b->path; });
    for (const SqlFile* file : files) add_file(schema_, *file);
    for (const SqlString& sql : strings_) {
      if (!sql.executed || sql.opaque) continue;
      for (const Tokens& statement : split_statements(tokenize(sql.text, sql.holes)))
        define(statement, sql.at);
    }
    schema_.finish();
  }

  void run() {
    StatementAnalyzer analyzer(schema_);
    for (const SqlString& sql : strings_) {
      const bool trusted = sql.executed && sql.certain && !sql.opaque &&
                           analyzer.names_known_table(tokenize(sql.text, sql.holes));
      if (trusted && !sql.sink.empty()) sinks_.insert(sql.sink);
      if (sql.executed && sql.certain && !sql.opaque) weigh_schema(sql, analyzer);
    }
    for (const SqlString& sql : strings_) statement(sql, analyzer);
    canonical_names();
    schema_evidence(analyzer);
  }

 private:
  // CREATE TABLE {name} says nothing about any table.
  void define(const Tokens& statement, const Location& at) {
    const bool hole =
        std::any_of(statement.begin(), statement.begin() + std::min<std::ptrdiff_t>(7, std::ssize(statement)),
                    [](const Token& t) { return t.kind == TokenKind::hole; });
    if (!hole) schema_.add(statement, at);
  }

  void weigh_schema(const SqlString& sql, const StatementAnalyzer& analyzer) {
    const Tokens tokens = tokenize(sql.text, sql.holes);
    if (analyzer.names_known_table(tokens)) {
      ++inside_schema_;
    } else if (analyzer.names_only_unknown_tables(tokens)) {
      ++outside_schema_;
    }
  }

  // Nearly every statement names declared tables only: the schema is the whole one, and what it lacks is a slip of
  // the program or a text that is never run.
  bool schema_is_whole() const {
    return schema_.tables().size() >= 3 && inside_schema_ >= 9 * outside_schema_ && inside_schema_ > 0;
  }

  void drop_undeclared(SqlResult& result) const {
    if (!schema_is_whole()) return;
    std::set<std::string> names;
    std::erase_if(result.accesses, [&](const TableAccess& access) {
      if (schema_.find(access.table) != nullptr) return false;
      names.insert(access.table);
      return true;
    });
    for (const std::string& name : names)
      result.reason += (result.reason.empty() ? "" : "; ") + ("no CREATE statement declares " + name);
    if (!names.empty())
      result.resolution = result.accesses.empty() ? Resolution::unresolved : Resolution::partial;
  }

  void statement(const SqlString& sql, StatementAnalyzer& analyzer) {
    Statement listed{sql.at, sql.in_usr, readable(sql), "", Resolution::resolved};
    if (!sql.executed) {
      listed.reason = "not executed: it goes to a log, a stream or an exception";
      if (sql.certain) out_.statements.push_back(std::move(listed));
      return;
    }
    if (sql.opaque) {
      listed.resolution = Resolution::unresolved;
      listed.reason = "the statement's text is not known here";
      out_.statements.push_back(std::move(listed));
      return;
    }
    const Tokens tokens = tokenize(sql.text, sql.holes);
    if (!sql.certain && !could_be_meant(sql, tokens, analyzer)) return;
    // A help text, an example: no table of the schema, and no function that is given real statements
    // elsewhere.
    if (!sql.known_sink && sinks_.count(sql.sink) == 0 && analyzer.names_only_unknown_tables(tokens)) {
      listed.reason = "not counted: it names no table of the schema and goes to no function that runs SQL";
      if (sql.certain) out_.statements.push_back(std::move(listed));
      return;
    }
    SqlResult result = analyze_text(sql, analyzer);
    drop_undeclared(result);
    if (!sql.certain && result.accesses.empty()) return;
    listed.resolution = result.resolution;
    listed.reason = std::move(result.reason);
    out_.statements.push_back(std::move(listed));
    out_.accesses.insert(out_.accesses.end(), result.accesses.begin(), result.accesses.end());
  }

  // "Select an item from stock" names a table, but only an operator or a function that runs SQL makes it a
  // statement.
  bool could_be_meant(const SqlString& sql, const Tokens& tokens, const StatementAnalyzer& analyzer) const {
    static const std::set<std::string> marks = {"=", "*", "<", ">", "<=", ">=", "<>", "!=", "("};
    const bool marked = std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
      return token.kind == TokenKind::parameter ||
             (token.kind == TokenKind::symbol && marks.count(token.text) != 0);
    });
    return analyzer.names_known_table(tokens) && (marked || sql.known_sink || sinks_.count(sql.sink) != 0);
  }

  // One spelling a table: that of its CREATE, else the smallest one seen.
  void canonical_names() {
    std::map<std::string, std::string> spelling;
    for (const TableAccess& access : out_.accesses) {
      std::string& name = spelling[lower(access.table)];
      if (name.empty() || access.table < name) name = access.table;
    }
    for (auto& [key, name] : spelling) {
      if (const Table* table = schema_.find(key)) {
        name = table->name;
      } else {
        out_.tables.push_back(Table{name, {}, {}, {}, {}, false});
      }
    }
    for (TableAccess& access : out_.accesses) access.table = spelling[lower(access.table)];
  }

  void schema_evidence(StatementAnalyzer& analyzer) {
    for (const auto& [key, entry] : schema_.tables()) {
      Table table = entry;
      for (ForeignKey& foreign : table.foreign_keys) foreign.table = canonical(foreign.table);
      out_.tables.push_back(std::move(table));
    }
    for (const ViewText& view : schema_.views()) view_reads(view, analyzer);
    for (const TriggerText& trigger : schema_.triggers()) {
      for (const AccessMode event : trigger.events) {
        std::vector<std::string> writes = tables_written_by(trigger);
        for (std::string& table : writes) table = canonical(table);
        out_.triggers.push_back(
            {trigger.name, canonical(trigger.table), event, std::move(writes), trigger.at});
      }
    }
  }

  void view_reads(const ViewText& view, StatementAnalyzer& analyzer) {
    std::set<std::string> reads;
    for (const TableTouch& touch : analyzer.analyze(view.select).touches)
      reads.insert(canonical(touch.table));
    for (Table& table : out_.tables) {
      if (lower(table.name) != lower(view.name)) continue;
      table.reads.assign(reads.begin(), reads.end());
      if (table.columns.empty()) table.columns = view.columns;
    }
  }

  std::string canonical(const std::string& name) const {
    const Table* table = schema_.find(name);
    return table != nullptr ? table->name : name;
  }

  Evidence& out_;
  std::vector<SqlString> strings_;
  std::set<std::string> sinks_;  // functions that are given statements about tables of the schema
  std::size_t inside_schema_ = 0;   // statements that name a declared table
  std::size_t outside_schema_ = 0;  // and those that name only others
  Schema schema_;
};

}  // namespace

void collect_sql(const facts::Program& program, const Settings& settings, Evidence& into) {
  Collector(program, settings, into).run();
}

SqlResult analyze_sql(const SqlString& sql, const Schema& schema) {
  StatementAnalyzer analyzer(schema);
  return analyze_text(sql, analyzer);
}

}  // namespace banyan::evidence
