#include "analyzer/evidence/sql_reading.hpp"

#include <algorithm>

namespace banyan::evidence {
namespace {

const std::vector<std::string_view> not_an_alias = {
    "WHERE",     "JOIN",      "LEFT",          "RIGHT", "INNER",       "OUTER",  "CROSS",  "NATURAL",
    "FULL",      "ON",        "USING",         "SET",   "ORDER",       "GROUP",  "HAVING", "LIMIT",
    "UNION",     "VALUES",    "SELECT",        "FOR",   "FORCE",       "USE",    "IGNORE", "WITH",
    "FROM",      "RETURNING", "INDEXED",       "NOT",   "FETCH",       "OFFSET", "EXCEPT", "WINDOW",
    "INTERSECT", "DEFAULT",   "STRAIGHT_JOIN", "WHEN",  "END",         "AS",     "LOCK",   "DO",
    "VALUE",     "PARTITION", "AND",           "OR",    "TABLESAMPLE", "BEGIN",  "OUTPUT", "OVERRIDING"};

const std::vector<std::string_view> table_prefix = {"ONLY",    "LATERAL", "LOW_PRIORITY", "IGNORE",   "QUICK",
                                                    "OR",      "ABORT",   "FAIL",         "ROLLBACK", "TABLE",
                                                    "DELAYED", "REPLACE", "HIGH_PRIORITY"};

enum class Verb : std::uint8_t { none, select, insert, update, remove, merge };

struct Frame {
  Clause clause = Clause::none;
  Verb verb = Verb::none;
  bool expect = false;
  bool target_taken = false;
  bool in_from = false;           // an ON condition stands inside a FROM list
  std::set<std::string> removed;  // DELETE a, b FROM ...: names before FROM, lower case
};

class Reader {
 public:
  Reader(const Tokens& tokens, const std::set<std::string>& known) : tokens_(tokens), known_(known) {}

  Reading run() {
    find_ctes();
    frames_.emplace_back();
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      note(i);
      if (top().expect && takes_table(i)) {
        const std::size_t last = table(i);
        for (; i < last; note(++i)) {
        }
        continue;
      }
      step(i);
    }
    return std::move(reading_);
  }

 private:
  Frame& top() { return frames_.back(); }
  bool word(std::size_t i, std::string_view text) const { return is_word_at(tokens_, i, text); }
  bool previous(std::size_t i, std::string_view text) const { return i > 0 && word(i - 1, text); }

  void note(std::size_t i) {
    if (reading_.clauses.size() > i) return;
    reading_.clauses.push_back(top().clause);
    reading_.table_expected.push_back(top().expect);
  }

  void find_ctes() {
    for (std::size_t i = 1; i + 2 < tokens_.size(); ++i) {
      const bool starts =
          previous(i, "WITH") || previous(i, "RECURSIVE") || is_symbol_at(tokens_, i - 1, ",");
      if (!starts || !is_name(tokens_[i])) continue;
      std::size_t next = i + 1;
      if (is_symbol_at(tokens_, next, "(")) next = after_parenthesis(tokens_, next);
      if (!word(next, "AS")) continue;
      while (word(next + 1, "NOT") || word(next + 1, "MATERIALIZED")) ++next;
      const bool body =
          is_symbol_at(tokens_, next + 1, "(") && next + 2 < tokens_.size() &&
          is_any_word(tokens_[next + 2], {"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE"});
      if (body) reading_.ctes.insert(lower(tokens_[i].text));
    }
  }

  bool takes_table(std::size_t i) const {
    const Token& token = tokens_[i];
    if (token.kind == TokenKind::hole || token.has_hole) return true;
    if (!is_name(token)) return false;
    if (token.kind == TokenKind::identifier) return true;
    if (is_any_word(token, {"SELECT", "WITH", "VALUES", "SET", "WHERE", "FROM", "INTO"})) return false;
    return !is_any_word(token, table_prefix) || is_symbol_at(tokens_, i + 1, ".");
  }

  bool part_of_name(std::size_t i) const {
    if (i >= tokens_.size()) return false;
    const TokenKind kind = tokens_[i].kind;
    return kind == TokenKind::word || kind == TokenKind::identifier || kind == TokenKind::hole ||
           kind == TokenKind::number;
  }

  // Reads a dotted name; returns the index of its last token.
  std::size_t table(std::size_t first) {
    TableReference reference;
    reference.first = first;
    std::size_t i = first;
    while (true) {
      i = name_part(i, reference);
      if (!is_symbol_at(tokens_, i + 1, ".") || !part_of_name(i + 2)) break;
      reference.qualifier = reference.name;
      reference.name.clear();
      i += 2;
    }
    reference.last = i;
    top().expect = false;
    const bool function =
        is_symbol_at(tokens_, i + 1, "(") && top().clause == Clause::from && !reference.hole;
    if (!function) add(std::move(reference));
    return i;
  }

  // Joins glued tokens such as `events_` `{year}`.
  std::size_t name_part(std::size_t i, TableReference& reference) {
    reference.hole = false;
    const auto append = [&](const Token& token) {
      const bool hole = token.kind == TokenKind::hole;
      reference.name += hole ? "{" + token.text + "}" : token.text;
      reference.hole = reference.hole || hole || token.has_hole;
    };
    append(tokens_[i]);
    while (part_of_name(i + 1) && tokens_[i + 1].glued) {
      if (tokens_[i + 1].kind == TokenKind::hole && known_.count(lower(reference.name)) != 0) break;
      if (tokens_[i].kind == TokenKind::identifier && tokens_[i + 1].kind == TokenKind::word) break;  // `a`WHERE
      append(tokens_[++i]);
    }
    return i;
  }

  void add(TableReference reference) {
    reference.alias = alias_after(reference.last);
    reference.mode = mode_of(reference);
    reference.system = is_system_table(reference.qualifier, reference.name);
    top().target_taken = true;
    if (reference.qualifier.empty() && reading_.ctes.count(lower(reference.name)) != 0) return;
    reading_.references.push_back(std::move(reference));
  }

  std::string alias_after(std::size_t last) const {
    std::size_t i = last + 1;
    if (word(i, "AS")) ++i;
    if (i >= tokens_.size() || !is_name(tokens_[i])) return {};
    const Token& token = tokens_[i];
    return token.kind == TokenKind::word && is_any_word(token, not_an_alias) ? std::string() : token.text;
  }

  AccessMode mode_of(const TableReference& reference) {
    Frame& frame = top();
    if (frame.verb == Verb::remove && !frame.removed.empty()) {
      const bool target =
          frame.removed.count(lower(reference.name)) + frame.removed.count(lower(reference.alias)) > 0;
      return target ? AccessMode::remove : AccessMode::read;
    }
    if (frame.target_taken) return AccessMode::read;
    switch (frame.verb) {
      case Verb::insert:
        return AccessMode::insert;
      case Verb::update:
        return AccessMode::update;
      case Verb::remove:
        return AccessMode::remove;
      case Verb::merge:
        return AccessMode::update;
      default:
        return AccessMode::read;
    }
  }

  void step(std::size_t i) {
    const Token& token = tokens_[i];
    if (token.kind == TokenKind::symbol) return symbol(i, token.text);
    if (token.kind == TokenKind::word) keyword(i);
  }

  void symbol(std::size_t i, const std::string& text) {
    if (text == "(") {
      Frame inner;
      inner.clause = inner_clause(i);
      inner.expect = top().expect;
      inner.in_from = inner.expect;
      top().expect = false;
      frames_.push_back(std::move(inner));
    } else if (text == ")" && frames_.size() > 1) {
      frames_.pop_back();
    } else if (text == ",") {
      Frame& frame = top();
      const bool list = frame.clause == Clause::from || frame.clause == Clause::update;
      if (list || (frame.clause == Clause::where && frame.in_from)) {
        if (frame.clause == Clause::where) frame.clause = Clause::from;
        frame.expect = true;
      }
    }
  }

  Clause inner_clause(std::size_t i) {
    const Frame& frame = top();
    if (frame.expect) return Clause::from;
    if (frame.clause == Clause::values || previous(i, "IN") || previous(i, "VALUES")) return Clause::row;
    if (frame.clause == Clause::into || previous(i, "USING") || previous(i, "CONFLICT"))
      return Clause::columns;
    const bool call =
        i > 0 && is_name(tokens_[i - 1]) &&
        !is_any_word(tokens_[i - 1], {"AND", "OR", "NOT", "WHERE", "ON", "HAVING", "WHEN", "THEN"});
    if (call || frame.clause == Clause::select || frame.clause == Clause::none) return Clause::arguments;
    return frame.clause;
  }

  void enter(Clause clause, bool expect = false) {
    top().clause = clause;
    top().expect = expect;
  }

  void verb(Verb kind, Clause clause, bool expect) {
    top().verb = kind;
    top().target_taken = false;
    top().in_from = false;
    top().removed.clear();
    enter(clause, expect);
  }

  void keyword(std::size_t i) {
    if (statement_word(i)) return;
    const Token& token = tokens_[i];
    Frame& frame = top();
    if (is_word(token, "WHERE") || is_word(token, "HAVING")) {
      frame.in_from = false;
      enter(Clause::where);
    } else if (is_word(token, "ON") && frame.clause != Clause::where) {
      enter(frame.clause == Clause::into || frame.clause == Clause::values ? Clause::none : Clause::where);
    } else if (is_word(token, "BY")) {
      if (frame.clause != Clause::arguments) frame.in_from = false;
      enter(Clause::order);
    } else if (is_any_word(token, {"LIMIT", "OFFSET", "FETCH"})) {
      frame.in_from = false;
      enter(Clause::limit);
    } else if (is_word(token, "RETURNING")) {
      enter(Clause::select);
    } else if (is_any_word(token, {"UNION", "EXCEPT", "INTERSECT"})) {
      verb(Verb::none, Clause::none, false);
    } else if (is_word(token, "SET") && frame.clause != Clause::select) {
      enter(Clause::set);
    } else if (is_any_word(token, {"VALUES", "VALUE"}) && frame.clause == Clause::into) {
      enter(Clause::values);
    }
  }

  bool statement_word(std::size_t i) {
    const Token& token = tokens_[i];
    Frame& frame = top();
    if (is_word(token, "SELECT")) {
      verb(Verb::select, Clause::select, false);
    } else if (is_word(token, "FROM")) {
      from(i);
    } else if (is_any_word(token, {"JOIN", "STRAIGHT_JOIN", "APPLY"}) && frame.clause != Clause::select) {
      frame.in_from = true;
      enter(frame.verb == Verb::update && frame.clause == Clause::update ? Clause::update : Clause::from,
            true);
    } else if (is_word(token, "INSERT") || (is_word(token, "REPLACE") && starts_replace(i))) {
      if (previous(i, "ON")) return false;
      verb(Verb::insert, Clause::into, true);
    } else if (is_word(token, "INTO")) {
      if (frame.verb == Verb::insert || frame.verb == Verb::merge) enter(Clause::into, true);
    } else if (is_word(token, "MERGE") && frame.clause == Clause::none) {
      verb(Verb::merge, Clause::into, true);
    } else if (is_word(token, "UPDATE")) {
      update(i);
    } else if (is_word(token, "DELETE")) {
      if (previous(i, "ON") || previous(i, "THEN")) return false;
      verb(Verb::remove, Clause::remove, false);
      multiple_delete(i);
    } else if (is_word(token, "TRUNCATE") && i == 0) {
      verb(Verb::remove, Clause::remove, true);
    } else if (is_word(token, "USING") && (frame.verb == Verb::remove || frame.verb == Verb::merge)) {
      const bool columns = frame.verb == Verb::remove && is_symbol_at(tokens_, i + 1, "(");
      if (!columns) enter(Clause::from, true);
      frame.in_from = !columns;
    } else {
      return false;
    }
    return true;
  }

  // REPLACE is also a function and a conflict word.
  bool starts_replace(std::size_t i) const {
    return !is_symbol_at(tokens_, i + 1, "(") && (i == 0 || is_symbol_at(tokens_, i - 1, "(")) &&
           frames_.back().verb == Verb::none;
  }

  void from(std::size_t i) {
    Frame& frame = top();
    if (previous(i, "DISTINCT") && i > 1 && (previous(i - 1, "IS") || previous(i - 1, "NOT"))) return;
    if (frame.clause == Clause::arguments) return;  // EXTRACT(year FROM day)
    frame.in_from = true;
    if (frame.verb == Verb::update) frame.target_taken = true;
    enter(Clause::from, true);
  }

  void update(std::size_t i) {
    if (previous(i, "DO") || previous(i, "KEY") || previous(i, "THEN")) return enter(Clause::set);
    const bool other = previous(i, "FOR") || previous(i, "ON") || previous(i, "OF") || previous(i, "KEY");
    if (!other) verb(Verb::update, Clause::update, true);
  }

  void multiple_delete(std::size_t i) {
    std::set<std::string> names;
    for (std::size_t next = i + 1; next < tokens_.size() && !word(next, "FROM"); ++next) {
      if (is_name(tokens_[next]) && !is_any_word(tokens_[next], table_prefix))
        names.insert(lower(tokens_[next].text));
    }
    top().removed = std::move(names);
  }

  const Tokens& tokens_;
  const std::set<std::string>& known_;
  std::vector<Frame> frames_;
  Reading reading_;
};

}  // namespace

Reading read_statement(const Tokens& tokens, const std::set<std::string>& known) {
  return Reader(tokens, known).run();
}

bool is_system_table(std::string_view qualifier, std::string_view name) {
  static const std::set<std::string> schemas = {"information_schema", "pg_catalog", "sys", "mysql",
                                                "performance_schema"};
  static const std::set<std::string> names = {"sqlite_master", "sqlite_schema",   "sqlite_temp_master",
                                              "dual",          "sqlite_sequence", "sqlite_temp_schema"};
  const std::string table = lower(name);
  return schemas.count(lower(qualifier)) != 0 || names.count(table) != 0 ||
         table.rfind("sqlite_stat", 0) == 0 || table.rfind("pg_", 0) == 0 || table.rfind("pragma_", 0) == 0;
}

}  // namespace banyan::evidence
