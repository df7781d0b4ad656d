#include "analyzer/evidence/sql_statement.hpp"

#include "analyzer/evidence/sql_dialect.hpp"
#include "analyzer/evidence/sql_holes.hpp"

#include <algorithm>

namespace banyan::evidence {
namespace {

bool handles_data(const Tokens& statement) {
  if (statement.empty()) return false;
  Tokens::const_iterator first = statement.begin();
  while (first != statement.end() && is_symbol(*first, "(")) ++first;
  return first != statement.end() && is_any_word(*first, {"SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE",
                                                          "WITH", "TRUNCATE", "MERGE", "VALUES"});
}

// EXPLAIN SELECT ... and CREATE TABLE x AS SELECT ... look at tables too.
Tokens data_statement(const Tokens& statement) {
  std::size_t start = 0;
  if (is_word_at(statement, 0, "EXPLAIN")) {
    start = is_word_at(statement, 1, "QUERY") ? 3 : is_word_at(statement, 1, "ANALYZE") ? 2 : 1;
  } else if (is_word_at(statement, 0, "CREATE")) {
    const bool table =
        std::any_of(statement.begin(), statement.end(), [](const Token& t) { return is_word(t, "TABLE"); });
    while (start < statement.size() &&
           !(is_word(statement[start], "AS") && is_word_at(statement, start + 1, "SELECT")))
      ++start;
    start = table ? start + 1 : statement.size();
  }
  if (start >= statement.size()) return {};
  return Tokens(statement.begin() + static_cast<std::ptrdiff_t>(start), statement.end());
}

std::vector<std::string> insert_columns(const Tokens& tokens, const Reading& reading) {
  std::vector<std::string> columns;
  const auto target = std::find_if(reading.references.begin(), reading.references.end(),
                                   [](const TableReference& r) { return r.mode == AccessMode::insert; });
  if (target == reading.references.end() || !is_symbol_at(tokens, target->last + 1, "(")) return columns;
  const std::size_t end = after_parenthesis(tokens, target->last + 1);
  for (std::size_t i = target->last + 2; i + 1 < end; ++i) {
    if (is_name(tokens[i]) && !is_invented(tokens[i].text)) columns.push_back(tokens[i].text);
  }
  const bool select = !columns.empty() && is_any_word(tokens[target->last + 2], {"SELECT", "WITH"});
  return select ? std::vector<std::string>() : columns;
}

// VALUES ({row}) for a list of n columns: as many parameters as SQLite asks for.
Tokens with_even_values(const Tokens& tokens, std::size_t columns) {
  Tokens out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    out.push_back(tokens[i]);
    if (!is_word(tokens[i], "VALUES") || !is_symbol_at(tokens, i + 1, "(")) continue;
    out.push_back(make_symbol("("));
    for (std::size_t column = 0; column < columns; ++column) {
      if (column > 0) out.push_back(make_symbol(","));
      out.push_back(make_symbol("?"));
    }
    out.push_back(make_symbol(")"));
    i = after_parenthesis(tokens, i + 1) - 1;
    while (is_symbol_at(tokens, i + 1, ",") && is_symbol_at(tokens, i + 2, "("))
      i = after_parenthesis(tokens, i + 2) - 1;
  }
  return out;
}

// SQLite understood the statement and only disliked its columns: the tables are certain.
bool only_columns_wrong(const std::string& error) {
  return error.find("ambiguous column") != std::string::npos ||
         error.find("no such column") != std::string::npos || error.find("values for") != std::string::npos ||
         error.find("values were supplied") != std::string::npos ||
         error.find("same number of result columns") != std::string::npos ||
         error.find("aggregate") != std::string::npos ||
         error.find("because it is a view") != std::string::npos;
}

}  // namespace

StatementAnalyzer::StatementAnalyzer(const Schema& schema) : schema_(schema), engine_(schema) {
  for (const auto& [name, table] : schema.tables()) known_.insert(name);
}

bool StatementAnalyzer::names_known_table(const Tokens& statement) const {
  const Reading reading = read_statement(statement, known_);
  return std::any_of(reading.references.begin(), reading.references.end(),
                     [&](const TableReference& r) { return known_.count(lower(r.name)) != 0; });
}

bool StatementAnalyzer::names_only_unknown_tables(const Tokens& statement) const {
  const Reading reading = read_statement(statement, known_);
  const bool any = std::any_of(reading.references.begin(), reading.references.end(),
                               [](const TableReference& r) { return !r.hole && !r.system; });
  return any && !known_.empty() && !names_known_table(statement);
}

Answer StatementAnalyzer::ask(const Tokens& normal) {
  Answer answer = engine_.ask(normal);
  // "3 values for 5 columns"
  const std::size_t at = answer.error.find(" values for ");
  if (answer.parsed || at == std::string::npos) return answer;
  const int columns = std::atoi(answer.error.c_str() + at + 12);
  if (columns <= 0 || columns > 1000) return answer;
  Answer second = engine_.ask(with_even_values(normal, static_cast<std::size_t>(columns)));
  return second.parsed ? second : answer;
}

StatementResult StatementAnalyzer::analyze(const Tokens& statement) {
  Tokens data = handles_data(statement) ? statement : data_statement(statement);
  // Rows added in a loop leave a comma behind that the program cuts off.
  if (data.size() > 1 && is_symbol(data.back(), ",")) data.pop_back();
  StatementResult result;
  if (!handles_data(data)) {
    const bool defines = is_any_word(statement.front(), {"CREATE", "ALTER", "DROP"});
    for (const Token& token : statement) {
      if (!defines ||
          (token.kind != TokenKind::hole && !(token.kind == TokenKind::identifier && token.has_hole)))
        continue;
      result.resolution = Resolution::unresolved;
      result.reasons = {"a definition built at run time"};
    }
    const bool procedure = is_any_word(statement.front(), {"CALL", "EXEC", "EXECUTE"});
    if (procedure) {
      result.resolution = Resolution::unresolved;
      result.reasons.push_back("what a stored procedure touches is not known");
    }
    return result;
  }
  const Filled filled = fill_holes(data, known_);
  const Tokens normal = to_sqlite(
      filled.tokens, [this](std::string_view column) { return schema_.has_column(std::string(column)); });
  if (only_catalogue(data)) return result;
  const Answer answer = ask(normal);
  if (answer.parsed) {
    result.touches = answer.touches;
    add_upsert(normal, result);
    result.confidence = filled.value || !filled.partial.empty() || !answer.learned.empty()
                            ? Confidence::medium
                            : Confidence::high;
  } else {
    result = by_words(data, answer.error);
  }
  finish(normal, result);
  result.reasons.insert(result.reasons.end(), filled.partial.begin(), filled.partial.end());
  for (const std::string& table : filled.tables) {
    result.reasons.push_back("the table's name is built at run time: " + table);
  }
  if (!result.reasons.empty() && result.resolution == Resolution::resolved) {
    result.resolution = result.touches.empty() ? Resolution::unresolved : Resolution::partial;
  }
  return result;
}

bool StatementAnalyzer::only_catalogue(const Tokens& statement) const {
  const auto references = read_statement(statement, known_).references;
  return !references.empty() &&
         std::all_of(references.begin(), references.end(), [](const TableReference& r) { return r.system; });
}

// SQLite reports an upsert's INSERT only; what its DO UPDATE SET does is asked on its own.
void StatementAnalyzer::add_upsert(const Tokens& normal, StatementResult& result) {
  std::size_t set = 0;
  while (set < normal.size() && !(is_word(normal[set], "DO") && is_word_at(normal, set + 1, "UPDATE"))) ++set;
  const Reading reading = read_statement(normal, known_);
  if (set >= normal.size() || reading.references.empty()) return;
  Token target = make_word(reading.references.front().name);
  target.kind = TokenKind::identifier;
  Tokens update = {make_word("UPDATE"), target, make_word("SET")};
  const std::size_t assignments = update.size();
  bool starts = true;
  for (std::size_t i = set + 3; i < normal.size() && !is_any_word(normal[i], {"WHERE", "RETURNING", "ON"});
       ++i) {
    if (starts && is_name(normal[i]) && is_symbol_at(normal, i + 1, "=")) {
      if (update.size() > assignments) update.push_back(make_symbol(","));
      update.push_back(normal[i]);
      update.push_back(make_symbol("="));
      update.push_back(make_symbol("?"));
    }
    starts = is_symbol(normal[i], ",");
    if (is_symbol(normal[i], "(")) i = after_parenthesis(normal, i) - 1;
  }
  const Answer answer = engine_.ask(update);
  if (answer.parsed) result.touches.insert(answer.touches.begin(), answer.touches.end());
}

StatementResult StatementAnalyzer::by_words(const Tokens& statement, const std::string& error) const {
  StatementResult result;
  const Reading reading = read_statement(statement, known_);
  bool all_known = true;
  for (const TableReference& reference : reading.references) {
    if (reference.hole || reference.system) continue;
    result.touches.insert({reference.name, "", "", reference.mode});
    all_known = all_known && known_.count(lower(reference.name)) != 0;
  }
  const bool sure = all_known && only_columns_wrong(error);
  result.confidence = sure ? Confidence::medium : Confidence::low;
  if (!sure) result.reasons.push_back("SQLite cannot parse it (" + error + "): tables by keywords only");
  return result;
}

// Takes out reads that are only an UPDATE's own WHERE, and adds the columns of an INSERT.
void StatementAnalyzer::finish(const Tokens& normal, StatementResult& result) const {
  const Reading reading = read_statement(normal, known_);
  const bool returning =
      std::any_of(normal.begin(), normal.end(), [](const Token& t) { return is_word(t, "RETURNING"); });
  std::set<std::string> read;
  std::set<std::string> targets;
  for (const TableReference& reference : reading.references) {
    (reference.mode == AccessMode::read ? read : targets).insert(lower(reference.name));
  }
  if (returning) read.insert(targets.begin(), targets.end());
  const std::vector<std::string> columns = insert_columns(normal, reading);
  std::set<TableTouch> kept;
  for (const TableTouch& touch : result.touches) {
    const bool own_where = touch.via.empty() && touch.mode == AccessMode::read &&
                           targets.count(lower(touch.table)) != 0 && read.count(lower(touch.table)) == 0;
    if (own_where) continue;
    const bool insert =
        touch.via.empty() && touch.mode == AccessMode::insert && targets.count(lower(touch.table)) != 0;
    if (!insert || columns.empty()) kept.insert(touch);
    for (const std::string& column : columns) {
      if (insert) kept.insert({touch.table, column, "", AccessMode::insert});
    }
  }
  drop_trigger_rows(kept);
  result.touches = std::move(kept);
}

void StatementAnalyzer::drop_trigger_rows(std::set<TableTouch>& touches) const {
  for (const TriggerText& trigger : schema_.triggers()) {
    std::set<std::string> selected;
    for (const Tokens& body : trigger.body) {
      for (const TableReference& reference : read_statement(body, known_).references) {
        if (reference.mode == AccessMode::read) selected.insert(lower(reference.name));
      }
    }
    std::erase_if(touches, [&](const TableTouch& touch) {
      return touch.via == trigger.name && touch.mode == AccessMode::read &&
             selected.count(lower(touch.table)) == 0;
    });
  }
}

}  // namespace banyan::evidence
