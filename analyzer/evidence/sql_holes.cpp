#include "analyzer/evidence/sql_holes.hpp"

#include <algorithm>

namespace banyan::evidence {
namespace {

const std::vector<std::string_view> before_operand = {
    "SELECT",    "WHERE",   "AND",      "OR",     "NOT",   "ON",    "HAVING",  "BY",     "SET",    "IN",
    "LIKE",      "BETWEEN", "LIMIT",    "OFFSET", "WHEN",  "THEN",  "ELSE",    "CASE",   "VALUES", "DISTINCT",
    "ALL",       "IS",      "GLOB",     "REGEXP", "FROM",  "JOIN",  "INTO",    "UPDATE", "AS",     "ILIKE",
    "RETURNING", "ESCAPE",  "INTERVAL", "RLIKE",  "VALUE", "MATCH", "SIMILAR", "TO",     "TOP"};
const std::vector<std::string_view> value_words = {
    "LIKE",   "BETWEEN", "LIMIT",  "OFFSET",   "THEN",  "ELSE",  "GLOB", "IS",
    "REGEXP", "ILIKE",   "ESCAPE", "INTERVAL", "RLIKE", "MATCH", "TO",   "TOP"};

bool ends_operand(const Token& token) {
  if (token.kind == TokenKind::symbol) return token.text == ")" || token.text == "*" || token.text == "]";
  if (token.kind == TokenKind::word) return !is_any_word(token, before_operand);
  return true;
}

bool is_operator(const Token& token) {
  static const std::set<std::string> symbols = {
      "=",  "<", ">", "<=", ">=", "<>", "!=",  "==", "<=>", "+",  "-",
      "||", "/", "%", "&",  "|",  "->", "->>", "~",  ":=",  "@>", "<@"};
  return token.kind == TokenKind::symbol && symbols.count(token.text) != 0;
}

class Filler {
 public:
  Filler(const Tokens& tokens, const std::set<std::string>& known)
      : in_(tokens), reading_(read_statement(tokens, known)) {}

  Filled run() {
    for (std::size_t i = 0; i < in_.size(); ++i) {
      if (const TableReference* reference = unknown_table(i)) {
        table(*reference);
        i = reference->last;
      } else if (const std::size_t behind = number_with_hole(i)) {
        value();
        i = behind - 1;
      } else if (qualifier(i)) {
        i += 1;  // {schema}.orders: the dot goes with it
      } else if (const std::size_t end = columns_with_hole(i)) {
        insert_without_columns();
        i = end;
      } else if (in_[i].kind == TokenKind::hole ||
                 (in_[i].kind == TokenKind::identifier && in_[i].has_hole)) {
        i = hole(i);
      } else {
        copy(i);
      }
    }
    return std::move(out_);
  }

 private:
  void copy(std::size_t i) {
    if (in_[i].has_hole) out_.value = true;
    out_.tokens.push_back(in_[i]);
  }

  const TableReference* unknown_table(std::size_t i) const {
    for (const TableReference& reference : reading_.references) {
      if (reference.first == i && reference.hole) return &reference;
    }
    return nullptr;
  }

  bool qualifier(std::size_t i) const {
    return in_[i].kind == TokenKind::hole && is_symbol_at(in_, i + 1, ".") && in_[i + 1].glued;
  }

  // {sign}{seconds}.{fraction} where a value stands: one number. Returns the index behind it.
  std::size_t number_with_hole(std::size_t i) const {
    if (in_[i].kind != TokenKind::hole || (in_[i].glued && i > 0 && in_[i - 1].kind != TokenKind::symbol)) return 0;
    const Clause clause = reading_.clauses[i];
    const bool after_operator = i > 0 && (is_operator(in_[i - 1]) || is_any_word(in_[i - 1], value_words));
    if (!after_operator && clause != Clause::row && clause != Clause::arguments) return 0;
    std::size_t end = i + 1;
    const auto digits = [&] {
      return end < in_.size() && in_[end].glued &&
             (in_[end].kind == TokenKind::hole || in_[end].kind == TokenKind::number);
    };
    while (digits()) ++end;
    if (is_symbol_at(in_, end, ".") && in_[end].glued) {
      const std::size_t dot = end++;
      while (digits()) ++end;
      if (end == dot + 1) return 0;
    }
    const bool name = end < in_.size() && in_[end].glued && in_[end].kind == TokenKind::word;
    return end == i + 1 || name || is_symbol_at(in_, end, "(") ? 0 : end;
  }

  // INSERT INTO t ({columns}) ...: nothing behind it can be matched any more. Returns the statement's last
  // index.
  std::size_t columns_with_hole(std::size_t i) const {
    if (!is_symbol(in_[i], "(") || reading_.clauses[i] != Clause::into) return 0;
    const std::size_t end = after_parenthesis(in_, i);
    const bool found =
        std::any_of(in_.begin() + static_cast<std::ptrdiff_t>(i),
                    in_.begin() + static_cast<std::ptrdiff_t>(end), [](const Token& t) {
                      return t.kind == TokenKind::hole || (t.has_hole && t.kind != TokenKind::text);
                    });
    const bool values = end < in_.size() && !is_any_word(in_[end], {"SELECT", "WITH"});
    return found && (values || end == in_.size()) ? in_.size() - 1 : 0;
  }

  void insert_without_columns() {
    unsure("the column list is built at run time");
    out_.tokens.push_back(make_word("DEFAULT"));
    out_.tokens.push_back(make_word("VALUES"));
  }

  void table(const TableReference& reference) {
    out_.tables.push_back(reference.name);
    Token name = make_word(std::string(invented_prefix) + "table" + std::to_string(out_.tables.size()));
    name.glued = false;
    out_.tokens.push_back(std::move(name));
  }

  void unsure(const std::string& reason) {
    if (std::find(out_.partial.begin(), out_.partial.end(), reason) == out_.partial.end()) {
      out_.partial.push_back(reason);
    }
  }

  void put(std::string_view text) {
    Token token = make_word(text);
    if (text == "?") token.kind = TokenKind::parameter;
    out_.tokens.push_back(std::move(token));
  }

  void value() {
    out_.value = true;
    put("?");
  }

  // `{x}_id` or `price_{x}`: one name in several tokens. Returns the last index of the run.
  std::size_t run_end(std::size_t i) {
    while (i + 1 < in_.size() && in_[i + 1].glued &&
           (in_[i + 1].kind == TokenKind::hole || in_[i + 1].kind == TokenKind::word ||
            in_[i + 1].kind == TokenKind::number)) {
      ++i;
    }
    return i;
  }

  std::size_t hole(std::size_t i) {
    std::size_t last = run_end(i);
    const bool glued_name = in_[i].glued && i > 0 && in_[i - 1].kind == TokenKind::word &&
                            !out_.tokens.empty() && !is_any_word(in_[i - 1], before_operand) &&
                            !at_table_end(i);
    if (in_[i].kind == TokenKind::identifier || (glued_name && reading_.clauses[i] != Clause::limit)) {
      if (glued_name) out_.tokens.pop_back();
      column(last);
      return last;
    }
    if (last > i && !is_symbol_at(in_, last + 1, "(")) {
      column(last);
      return last;
    }
    last = i;
    place(i);
    return last;
  }

  bool at_table_end(std::size_t i) const {
    return std::any_of(reading_.references.begin(), reading_.references.end(),
                       [&](const TableReference& r) { return r.last + 1 == i; });
  }

  void column(std::size_t) {
    unsure("a column name is built at run time");
    put(std::string(invented_prefix) + "column");
  }

  void place(std::size_t i) {
    const bool has_previous = i > 0;
    const Token previous = has_previous ? in_[i - 1] : Token{};
    const Token next = i + 1 < in_.size() ? in_[i + 1] : make_symbol(";");
    const Clause clause = reading_.clauses[i];
    if (has_previous && is_operator(previous)) return value();
    if (has_previous && is_word(previous, "IN")) return list();
    if (has_previous && is_word(previous, "AND") && closes_between(i)) return value();
    if (has_previous && is_any_word(previous, value_words)) return value();
    if (has_previous && is_symbol(previous, ".")) return column(i);
    if (has_previous && ends_operand(previous)) return tail(previous, next, clause);
    inside(clause, next);
  }

  // x BETWEEN a AND {b}
  bool closes_between(std::size_t i) const {
    for (std::size_t back = i - 1; back-- > 0;) {
      if (is_word(in_[back], "BETWEEN")) return true;
      if (is_any_word(in_[back], {"AND", "OR", "WHERE", "ON", "WHEN", "HAVING"})) return false;
    }
    return false;
  }

  void list() {
    out_.value = true;
    for (const char* text : {"(", "?", ")"}) put(text);
  }

  // After something complete: an operator, a condition to add, a direction, a whole tail.
  void tail(const Token& previous, const Token& next, Clause clause) {
    const bool operand_follows = next.kind == TokenKind::parameter || next.kind == TokenKind::text ||
                                 next.kind == TokenKind::number || next.kind == TokenKind::hole;
    if (clause == Clause::where && operand_follows && previous.kind != TokenKind::symbol) {
      out_.value = true;
      out_.tokens.push_back(make_symbol("="));
      return;
    }
    if (clause == Clause::order) return unsure("the order is built at run time");
    if (clause == Clause::select || clause == Clause::set)
      return unsure("the column list is built at run time");
    unsure("a part of the statement is built at run time");
  }

  void inside(Clause clause, const Token& next) {
    if (clause == Clause::row || clause == Clause::arguments || clause == Clause::limit) return value();
    if (clause == Clause::values) return list();
    if (clause == Clause::set) return assignment(next);
    if (clause == Clause::select) {
      unsure("the column list is built at run time");
      return put("?");
    }
    if (clause == Clause::order) {
      unsure("the order is built at run time");
      return put("?");
    }
    if (clause == Clause::where && is_operator(next)) return column(0);
    unsure(clause == Clause::where ? "a condition is built at run time"
                                   : "a part of the statement is built at run time");
    put("?");
  }

  void assignment(const Token& next) {
    unsure("the column list is built at run time");
    put(std::string(invented_prefix) + "column");
    if (is_symbol(next, "=")) return;
    out_.tokens.push_back(make_symbol("="));
    put("?");
  }

  const Tokens& in_;
  Reading reading_;
  Filled out_;
};

}  // namespace

Filled fill_holes(const Tokens& tokens, const std::set<std::string>& known_tables) {
  return Filler(tokens, known_tables).run();
}

bool is_invented(std::string_view name) { return name.substr(0, invented_prefix.size()) == invented_prefix; }

}  // namespace banyan::evidence
