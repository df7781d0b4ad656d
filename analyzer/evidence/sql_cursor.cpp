#include "analyzer/evidence/sql_cursor.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace banyan::evidence {
namespace {

constexpr int deepest = 60;

using Words = std::set<std::string, std::less<>>;

bool in(const Words& words, const Token& token) {
  return token.kind == TokenKind::word && words.count(upper(token.text)) != 0;
}

// No name and no alias without quotes.
const Words& reserved() {
  static const Words words = {
      "SELECT", "FROM",   "WHERE",     "SET",    "INTO",      "VALUES",  "INSERT",    "UPDATE",  "DELETE",
      "JOIN",   "LEFT",   "RIGHT",     "INNER",  "OUTER",     "CROSS",   "NATURAL",   "FULL",    "ON",
      "USING",  "ORDER",  "GROUP",     "HAVING", "LIMIT",     "UNION",   "EXCEPT",    "FETCH",   "INTERSECT",
      "AND",    "OR",     "NOT",       "AS",     "IS",        "IN",      "LIKE",      "BETWEEN", "THEN",
      "ELSE",   "END",    "WHEN",      "BY",     "DISTINCT",  "CREATE",  "DROP",      "ALTER",   "WITH",
      "FOR",    "OFFSET", "RETURNING", "WINDOW", "STRAIGHT_JOIN", "ASC", "DESC",      "REGEXP",  "RLIKE",
      "ILIKE",  "GLOB",   "COLLATE",   "ESCAPE", "APPLY",     "LOCK",    "PROCEDURE", "TO"};
  return words;
}

const Words& infix_words() {
  static const Words words = {"AND",    "OR",     "XOR",   "LIKE",    "ILIKE", "REGEXP", "RLIKE", "GLOB",
                              "MATCH",  "DIV",    "MOD",   "BETWEEN", "IN",    "COLLATE", "ESCAPE", "SOUNDS",
                              "SIMILAR"};
  return words;
}

bool is_operator(const Token& token) {
  static const std::set<std::string, std::less<>> symbols = {
      "=", "<", ">", "<=", ">=", "<>", "!=", "==", "<=>", "+",  "-",  "*",  "/",  "%",   "||", "|",
      "&", "^", "->", "->>", "::", ":=", "@>", "<@", "#>", "#>>", "~", "~*", "!~"};
  return token.kind == TokenKind::symbol && symbols.count(token.text) != 0;
}

bool is_literal(const Token& token) {
  return token.kind == TokenKind::number || token.kind == TokenKind::text ||
         token.kind == TokenKind::parameter;
}

}  // namespace

bool Cursor::at_end() const { return !more() || is_symbol(here(), ";") || (depth_ > 0 && at_symbol(")")); }

bool Cursor::at_word(std::initializer_list<std::string_view> words) const {
  return more() && std::any_of(words.begin(), words.end(), [&](auto text) { return is_word(here(), text); });
}

bool Cursor::at_symbol(std::string_view symbol) const { return more() && is_symbol(here(), symbol); }

bool Cursor::at_hole() const {
  return more() && (here().kind == TokenKind::hole || (here().kind == TokenKind::identifier && here().has_hole));
}

bool Cursor::at_name() const {
  if (!more()) return false;
  return at_hole() || here().kind == TokenKind::identifier ||
         (here().kind == TokenKind::word && !in(reserved(), here()));
}

bool Cursor::word(std::string_view text) {
  if (!at_word({text})) return false;
  ++at_;
  return true;
}

void Cursor::words(std::initializer_list<std::string_view> any) {
  while (at_word(any)) ++at_;
}

bool Cursor::symbol(std::string_view text) {
  if (!at_symbol(text)) return false;
  ++at_;
  return true;
}

bool Cursor::name() {
  if (!at_name()) return false;
  for (++at_; more(); ++at_) {
    const bool dot = is_symbol(here(), ".") && at_ + 1 < tokens_.size() && here().glued;
    if (dot && (is_name(tokens_[at_ + 1]) || tokens_[at_ + 1].kind == TokenKind::hole)) {
      ++at_;
      continue;
    }
    const bool part = here().kind == TokenKind::word || here().kind == TokenKind::hole ||
                      here().kind == TokenKind::number;
    if (!part || !here().glued || tokens_[at_ - 1].kind == TokenKind::identifier) break;
  }
  return true;
}

bool Cursor::alias() {
  const bool as = word("AS");
  if (more() && (at_name() || here().kind == TokenKind::text)) {
    ++at_;
    return true;
  }
  return !as;
}

bool Cursor::named_since(std::size_t position, std::string_view name) const {
  for (std::size_t i = position; i < at_; ++i) {
    const bool hole = tokens_[i].kind == TokenKind::hole || tokens_[i].has_hole;
    if (hole || (is_name(tokens_[i]) && lower(tokens_[i].text) == name)) return true;
  }
  return false;
}

bool Cursor::parentheses() {
  if (!at_symbol("(")) return false;
  at_ = after_parenthesis(tokens_, at_);
  return true;
}

void Cursor::rest() {
  int open = 0;
  while (more() && !is_symbol(here(), ";")) {
    if (is_symbol(here(), ")") && open-- == 0 && depth_ > 0) return;
    if (is_symbol(here(), "(")) ++open;
    ++at_;
  }
}

// NOT, -, BINARY, INTERVAL ..
bool Cursor::prefix() {
  const std::size_t start = at_;
  while (at_word({"NOT", "EXISTS", "DISTINCT", "BINARY", "INTERVAL", "ALL", "ANY", "SOME", "DATE", "TIMESTAMP"}) ||
         at_symbol("-") || at_symbol("+") || at_symbol("~") || at_symbol("@")) {
    // `date` and `all` may be columns: then no operand follows.
    const bool column = at_word({"BINARY", "INTERVAL", "ALL", "ANY", "SOME", "DATE", "TIMESTAMP"}) &&
                        (at_ + 1 >= tokens_.size() || (tokens_[at_ + 1].kind == TokenKind::symbol &&
                                                       tokens_[at_ + 1].text != "("));
    if (column) break;
    ++at_;
  }
  return at_ != start;
}

bool Cursor::group() {
  if (!at_symbol("(")) return false;
  if (depth_ >= deepest) return parentheses();
  const std::size_t close = after_parenthesis(tokens_, at_);
  ++at_;
  if (at_symbol(")")) return false;
  ++depth_;
  const bool good =
      at_word({"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE"}) ? subquery_(*this) : expressions();
  --depth_;
  if (!good || (more() && !at_symbol(")"))) return false;
  at_ = close;
  return true;
}

bool Cursor::case_block() {
  int open = 0;
  while (more()) {
    if (at_word({"CASE"})) ++open;
    const bool closes = at_word({"END"});
    ++at_;
    if (closes && --open == 0) return true;
  }
  return true;  // cut short
}

bool Cursor::operand() {
  prefix();
  if (at_end()) return true;  // cut short
  if (at_symbol("(")) return group();
  if (at_word({"CASE"})) return case_block();
  if (at_symbol("*")) return ++at_, true;
  if (is_literal(here())) {
    // 'a' 'b' is one text; INTERVAL 3 DAY has a unit.
    for (++at_; more() && here().kind == TokenKind::text && tokens_[at_ - 1].kind == TokenKind::text;) ++at_;
    words({"DAY", "HOUR", "MINUTE", "SECOND", "MONTH", "YEAR", "WEEK", "MICROSECOND"});
    return true;
  }
  if (!at_name() && !at_word({"LEFT", "RIGHT", "REPLACE", "VALUES", "INSERT"})) return false;
  if (!name()) ++at_;
  if (at_symbol(".") && at_ + 1 < tokens_.size() && is_symbol(tokens_[at_ + 1], "*")) at_ += 2;
  while (at_symbol("(")) parentheses();
  if (word("FILTER")) parentheses();
  if (word("OVER") && !parentheses()) return name();
  words({"DAY", "HOUR", "MINUTE", "SECOND", "MONTH", "YEAR", "WEEK"});
  return true;
}

bool Cursor::word_operator() {
  if (word("IS")) {
    words({"NOT", "DISTINCT", "FROM"});
    return true;
  }
  if (word("ISNULL") || word("NOTNULL")) return --at_, false;
  if (at_word({"AT"}) && is_word_at(tokens_, at_ + 1, "TIME")) return at_ += 3, true;
  const std::size_t start = at_;
  if (at_word({"NOT"}) && at_ + 1 < tokens_.size() && in(infix_words(), tokens_[at_ + 1])) ++at_;
  if (!more() || !in(infix_words(), here())) return at_ = start, false;
  ++at_;
  words({"BINARY", "TO"});
  return true;
}

// An operator between two operands; a hole beside anything may hold one.
bool Cursor::infix() {
  if (at_end()) return false;
  if (at_symbol("[")) {
    while (more() && !at_symbol("]")) ++at_;
    return symbol("]") && infix();
  }
  if (word("ISNULL") || word("NOTNULL")) return infix();
  if (is_operator(here())) {
    while (more() && is_operator(here()) && !(at_symbol("*") && at_ > 0)) ++at_;
    if (at_symbol("*")) ++at_;
    return true;
  }
  const bool beside = here().kind == TokenKind::hole || tokens_[at_ - 1].kind == TokenKind::hole;
  if (word_operator()) return true;
  return beside && here().glued && (at_hole() || is_literal(here()) || at_name());
}

bool Cursor::expression() {
  if (!operand()) return false;
  while (infix()) {
    if (at_end()) return true;
    if (!operand()) return false;
  }
  return true;
}

bool Cursor::expressions() {
  do {
    if (at_end()) return true;  // cut short
    if (!expression()) return false;
    if (at_word({"ASC", "DESC"})) ++at_;
    // PostgreSQL orders by any operator: ORDER BY name USING ~<~
    if (word("USING"))
      while (!at_end() && tokens_[at_].kind == TokenKind::symbol && !at_symbol(",") && !at_symbol(")") && !at_symbol(";")) ++at_;
    if (word("NULLS")) words({"FIRST", "LAST"});
    if (!alias()) return false;
  } while (symbol(","));
  return true;
}

}  // namespace banyan::evidence
