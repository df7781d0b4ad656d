#include "analyzer/evidence/sql_dialect.hpp"

#include "analyzer/evidence/sql_reading.hpp"

#include <algorithm>

namespace banyan::evidence {
namespace {

using Index = std::size_t;

void erase(Tokens& tokens, Index from, Index to) {
  if (from >= tokens.size()) return;
  to = std::min(to, tokens.size());
  tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(from),
               tokens.begin() + static_cast<std::ptrdiff_t>(to));
  if (from < tokens.size()) tokens[from].glued = false;
}

void insert(Tokens& tokens, Index at, std::vector<Token> added) {
  if (at < tokens.size()) tokens[at].glued = false;
  tokens.insert(tokens.begin() + static_cast<std::ptrdiff_t>(at), added.begin(), added.end());
}

bool sequence(const Tokens& tokens, Index at, const std::vector<std::string_view>& words) {
  for (Index i = 0; i < words.size(); ++i) {
    if (!is_word_at(tokens, at + i, words[i])) return false;
  }
  return true;
}

// FOR UPDATE OF x NOWAIT, FOR SHARE, LOCK IN SHARE MODE, WITH (NOLOCK)
void drop_locks(Tokens& tokens) {
  for (Index i = 0; i < tokens.size(); ++i) {
    const bool row_lock = is_word(tokens[i], "FOR") && i + 1 < tokens.size() &&
                          is_any_word(tokens[i + 1], {"UPDATE", "SHARE", "NO", "KEY"});
    if (row_lock || sequence(tokens, i, {"LOCK", "IN", "SHARE", "MODE"})) {
      Index end = i;
      while (end < tokens.size() && !is_symbol(tokens[end], ")") && !is_symbol(tokens[end], ";")) ++end;
      erase(tokens, i, end);
    } else if (is_word(tokens[i], "WITH") && is_symbol_at(tokens, i + 1, "(") && i > 0) {
      erase(tokens, i, after_parenthesis(tokens, i + 1));
    }
  }
}

bool is_modifier(const Tokens& tokens, Index i) {
  static const std::vector<std::string_view> modifiers = {
      "SQL_CALC_FOUND_ROWS", "SQL_NO_CACHE",   "HIGH_PRIORITY", "LOW_PRIORITY", "DELAYED",
      "SQL_SMALL_RESULT",    "SQL_BIG_RESULT", "LATERAL",       "ONLY",         "BINARY"};
  if (!is_any_word(tokens[i], modifiers) || i == 0 || i + 1 >= tokens.size()) return false;
  if (is_word(tokens[i], "ONLY")) return is_any_word(tokens[i - 1], {"FROM", "UPDATE", "JOIN"});
  return tokens[i + 1].kind != TokenKind::symbol || is_symbol(tokens[i + 1], "(") ||
         is_symbol(tokens[i + 1], "*");
}

void drop_modifiers(Tokens& tokens) {
  for (Index i = 0; i < tokens.size(); ++i) {
    if (is_modifier(tokens, i)) {
      erase(tokens, i, i + 1);
      --i;
    } else if (is_any_word(tokens[i], {"FORCE", "USE", "IGNORE"}) && i + 2 < tokens.size() &&
               is_any_word(tokens[i + 1], {"INDEX", "KEY"}) && is_symbol(tokens[i + 2], "(")) {
      erase(tokens, i, after_parenthesis(tokens, i + 2));
    } else if (is_word(tokens[i], "STRAIGHT_JOIN")) {
      tokens[i].text = "JOIN";
    } else if (is_word(tokens[i], "DISTINCTROW")) {
      tokens[i].text = "DISTINCT";
    } else if (sequence(tokens, i, {"DISTINCT", "ON"}) && is_symbol_at(tokens, i + 2, "(")) {
      erase(tokens, i + 1, after_parenthesis(tokens, i + 2));
    } else if (is_word(tokens[i], "SEPARATOR") && i + 1 < tokens.size() &&
               tokens[i + 1].kind == TokenKind::text) {
      erase(tokens, i, i + 2);
    }
  }
}

// TOP n, FETCH FIRST n ROWS ONLY, OFFSET n ROWS, LIMIT ALL
void limits(Tokens& tokens) {
  for (Index i = 0; i < tokens.size(); ++i) {
    if (is_word(tokens[i], "TOP") && i > 0 &&
        is_any_word(tokens[i - 1], {"SELECT", "DISTINCT", "DELETE", "UPDATE"})) {
      const bool parenthesis = is_symbol_at(tokens, i + 1, "(");
      erase(tokens, i, parenthesis ? after_parenthesis(tokens, i + 1) : i + 2);
      --i;
    } else if (is_word(tokens[i], "FETCH") && i + 1 < tokens.size() &&
               is_any_word(tokens[i + 1], {"FIRST", "NEXT"})) {
      Index end = i;
      while (end < tokens.size() && !is_word(tokens[end], "ONLY") && !is_symbol(tokens[end], ")")) ++end;
      erase(tokens, i, is_word_at(tokens, end, "ONLY") ? end + 1 : end);
      --i;
    } else if (sequence(tokens, i, {"LIMIT", "ALL"})) {
      erase(tokens, i, i + 2);
    } else if (is_word(tokens[i], "OFFSET") && i + 2 < tokens.size() &&
               is_any_word(tokens[i + 2], {"ROW", "ROWS"})) {
      erase(tokens, i, i + 3);
      --i;
    } else if (is_word(tokens[i], "OFFSET") &&
               !std::any_of(tokens.begin(), tokens.begin() + std::ptrdiff_t(i),
                            [](auto& t) { return is_word(t, "LIMIT"); })) {
      insert(tokens, i, {make_word("LIMIT"), make_symbol("-"), make_word("1")});
      i += 3;
    }
  }
}

bool is_type_word(const Token& token) { return token.kind == TokenKind::word; }

// x::numeric(10,2)[] -> x
void casts(Tokens& tokens) {
  for (Index i = 0; i < tokens.size(); ++i) {
    if (!is_symbol(tokens[i], "::")) continue;
    Index end = i + 1;
    if (end < tokens.size() && is_type_word(tokens[end])) ++end;
    if (is_word_at(tokens, end, "PRECISION") || is_word_at(tokens, end, "VARYING")) ++end;
    if (is_symbol_at(tokens, end, "(")) end = after_parenthesis(tokens, end);
    if (sequence(tokens, end, {"WITH", "TIME", "ZONE"}) || sequence(tokens, end, {"WITHOUT", "TIME", "ZONE"}))
      end += 3;
    while (is_symbol_at(tokens, end, "[") && is_symbol_at(tokens, end + 1, "]")) end += 2;
    erase(tokens, i, end);
    --i;
  }
}

void expressions(Tokens& tokens) {
  for (Index i = 0; i < tokens.size(); ++i) {
    Token& token = tokens[i];
    if (is_word(token, "INTERVAL") && i + 1 < tokens.size() && !is_symbol(tokens[i + 1], "(") &&
        tokens[i + 1].kind != TokenKind::symbol) {
      const bool unit = i + 2 < tokens.size() && tokens[i + 1].kind != TokenKind::text &&
                        tokens[i + 2].kind == TokenKind::word;
      if (unit) erase(tokens, i + 2, i + 3);
      erase(tokens, i, i + 1);
    } else if (is_any_word(token, {"ILIKE", "RLIKE"})) {
      token.text = "LIKE";
    } else if (sequence(tokens, i, {"SIMILAR", "TO"})) {
      erase(tokens, i + 1, i + 2);
      tokens[i].text = "LIKE";
    } else if (is_symbol(token, "<=>") || is_symbol(token, "~") || is_symbol(token, "~*") ||
               is_symbol(token, "!~")) {
      token.text = "IS";
      token.glued = false;
      if (i + 1 < tokens.size()) tokens[i + 1].glued = false;
    } else if (is_symbol(token, "@>") || is_symbol(token, "<@") || is_symbol(token, "#>") ||
               is_symbol(token, "#>>")) {
      token.text = "||";
    } else if (is_any_word(token, {"LEFT", "RIGHT", "IF", "INTERVAL"}) && is_symbol_at(tokens, i + 1, "(")) {
      token.kind = TokenKind::identifier;
    } else if (is_any_word(token, {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY"}) &&
               is_symbol_at(tokens, i + 1, "(")) {
      for (Index j = i + 2; j < after_parenthesis(tokens, i + 1); ++j) {
        if (is_any_word(tokens[j], {"FROM", "FOR", "PLACING"})) tokens[j] = make_symbol(",");
        if (is_any_word(tokens[j], {"BOTH", "LEADING", "TRAILING"}))
          tokens[j] = make_word("1"), tokens[j].kind = TokenKind::number;
      }
    }
  }
}

// INSERT INTO t SET a = 1, b = 2  ->  INSERT INTO t (a, b) VALUES (1, 2)
void insert_set(Tokens& tokens, Index set) {
  Tokens columns = {make_symbol("(")};
  Tokens values = {make_symbol(")"), make_word("VALUES"), make_symbol("(")};
  Index i = set + 1;
  while (i < tokens.size() && !is_word(tokens[i], "ON")) {
    if (!is_name(tokens[i]) || !is_symbol_at(tokens, i + 1, "=")) return;
    if (columns.size() > 1) {
      columns.push_back(make_symbol(","));
      values.push_back(make_symbol(","));
    }
    columns.push_back(tokens[i]);
    for (i += 2; i < tokens.size() && !is_symbol(tokens[i], ",") && !is_word(tokens[i], "ON");) {
      const Index end = is_symbol(tokens[i], "(") ? after_parenthesis(tokens, i) : i + 1;
      for (; i < end; ++i) values.push_back(tokens[i]);
    }
    if (is_symbol_at(tokens, i, ",")) ++i;
  }
  erase(tokens, set, i);
  values.push_back(make_symbol(")"));
  insert(tokens, set, values);
  insert(tokens, set, columns);
}

// ON CONFLICT (a) WHERE .. DO UPDATE, ON CONFLICT ON CONSTRAINT c DO ..: stubs have no unique keys to match.
void drop_conflict_target(Tokens& tokens) {
  for (Index i = 0; i < tokens.size(); ++i) {
    if (!sequence(tokens, i, {"ON", "CONFLICT"})) continue;
    Index action = i + 2;
    while (action < tokens.size() && !is_word(tokens[action], "DO")) ++action;
    if (action < tokens.size()) erase(tokens, i + 2, action);
  }
}

// ON DUPLICATE KEY UPDATE a = VALUES(a)  ->  ON CONFLICT DO UPDATE SET a = excluded.a
void duplicate_key(Tokens& tokens) {
  for (Index i = 0; i < tokens.size(); ++i) {
    if (!sequence(tokens, i, {"ON", "DUPLICATE", "KEY", "UPDATE"})) continue;
    erase(tokens, i + 1, i + 4);
    insert(tokens, i + 1, {make_word("CONFLICT"), make_word("DO"), make_word("UPDATE"), make_word("SET")});
    for (Index j = i; j < tokens.size(); ++j) {
      if (!is_word(tokens[j], "VALUES") || !is_symbol_at(tokens, j + 1, "(") ||
          !is_symbol_at(tokens, j + 3, ")"))
        continue;
      tokens[j] = make_word("excluded");
      tokens[j + 1] = make_symbol(".");
      erase(tokens, j + 3, j + 4);
    }
  }
}

// An upsert behind INSERT .. SELECT needs a WHERE, or ON reads as a join's.
void separate_upsert(Tokens& tokens) {
  Index select = 0;
  bool where = false;
  for (Index i = 0; i < tokens.size(); ++i) {
    if (is_symbol(tokens[i], "(")) {
      i = after_parenthesis(tokens, i) - 1;
    } else if (is_word(tokens[i], "SELECT")) {
      select = i;
      where = false;
    } else if (is_any_word(tokens[i], {"WHERE", "GROUP", "ORDER", "LIMIT", "HAVING"})) {
      where = true;
    } else if (sequence(tokens, i, {"ON", "CONFLICT"}) && select != 0 && !where) {
      return insert(tokens, i, {make_word("WHERE"), make_word("1")});
    }
  }
}

void insert_words(Tokens& tokens) {
  if (tokens.empty()) return;
  Index start = 0;
  while (start < tokens.size() && !is_any_word(tokens[start], {"INSERT", "REPLACE"})) ++start;
  const bool statement = start < tokens.size() && (start == 0 || is_word(tokens.front(), "WITH"));
  if (!statement) return;
  if (is_word_at(tokens, start + 1, "IGNORE")) insert(tokens, start + 1, {make_word("OR")});
  if (is_word_at(tokens, start + 1, "OVERWRITE")) erase(tokens, start + 1, start + 2);
  Index name = start + 1;
  if (is_word_at(tokens, name, "OR")) name += 2;
  if (name < tokens.size() && is_name(tokens[name]) && !is_word(tokens[name], "INTO")) {
    insert(tokens, name, {make_word("INTO")});
  }
  if (is_word_at(tokens, name + 1, "TABLE")) erase(tokens, name + 1, name + 2);
  Index set = name + 2;
  while (is_symbol_at(tokens, set, ".")) set += 2;
  if (is_word_at(tokens, set, "SET")) insert_set(tokens, set);
  for (Index i = name; i + 1 < tokens.size(); ++i) {
    if (is_word(tokens[i], "VALUE") && is_symbol(tokens[i + 1], "(")) tokens[i].text = "VALUES";
    if (is_word(tokens[i], "OVERRIDING")) erase(tokens, i, i + 3);
  }
}

void truncate(Tokens& tokens) {
  if (!is_word_at(tokens, 0, "TRUNCATE")) return;
  const Index name = is_word_at(tokens, 1, "TABLE") ? 2 : 1;
  erase(tokens, 0, name);
  Index end = 1;
  while (is_symbol_at(tokens, end, ".")) end += 2;
  erase(tokens, end, tokens.size());
  insert(tokens, 0, {make_word("DELETE"), make_word("FROM")});
}

// DELETE FROM orders o WHERE .. (MySQL, PostgreSQL) needs no alias rule of SQLite's: it accepts AS only.
void update_alias(Tokens& tokens) {
  if (tokens.empty() || !is_any_word(tokens.front(), {"UPDATE", "DELETE"})) return;
  const Reading reading = read_statement(tokens);
  if (reading.references.empty() || reading.references.front().alias.empty()) return;
  const Index after = reading.references.front().last + 1;
  if (!is_word_at(tokens, after, "AS")) insert(tokens, after, {make_word("AS")});
}

// shop.public.orders -> orders, and shop.orders.id -> orders.id
void drop_qualifiers(Tokens& tokens) {
  const Reading reading = read_statement(tokens);
  std::vector<std::string> qualifiers;
  for (auto reference = reading.references.rbegin(); reference != reading.references.rend(); ++reference) {
    if (reference->first == reference->last) continue;
    if (reference->system) continue;
    erase(tokens, reference->first, reference->last);
    qualifiers.push_back(lower(reference->qualifier));
  }
  for (Index i = 0; i + 4 < tokens.size(); ++i) {
    const bool three =
        is_name(tokens[i]) && is_symbol(tokens[i + 1], ".") && is_name(tokens[i + 2]) &&
        is_symbol(tokens[i + 3], ".") &&
        std::find(qualifiers.begin(), qualifiers.end(), lower(tokens[i].text)) != qualifiers.end();
    if (three) erase(tokens, i, i + 2);
  }
}

bool is_comparison(const Token& token) {
  return is_symbol(token, "=") || is_symbol(token, "<>") || is_symbol(token, "!=") || is_symbol(token, "<") ||
         is_symbol(token, ">") || is_symbol(token, "<=") || is_symbol(token, ">=") || is_word(token, "LIKE");
}

// "text" is a string in MySQL, a name everywhere else.
void double_quotes(Tokens& tokens, const ColumnTest& is_column) {
  const bool mysql = std::any_of(tokens.begin(), tokens.end(), [](const Token& t) { return t.quote == '`'; });
  const Reading reading = read_statement(tokens);
  for (Index i = 0; i < tokens.size(); ++i) {
    Token& token = tokens[i];
    if (token.kind != TokenKind::identifier || token.quote != '"') continue;
    if (is_symbol_at(tokens, i + 1, ".") || (i > 0 && is_symbol(tokens[i - 1], ".")) ||
        reading.table_expected[i])
      continue;
    const bool value_place = reading.clauses[i] == Clause::row || (i > 0 && is_comparison(tokens[i - 1]));
    const bool odd =
        token.has_hole || token.text.empty() || token.text.find_first_of(" %/:.,'\\") != std::string::npos;
    if (mysql || odd || (value_place && !is_column(token.text))) {
      token.kind = TokenKind::text;
      token.quote = '\'';
    }
  }
}

}  // namespace

Tokens to_sqlite(Tokens tokens, const ColumnTest& is_column) {
  while (!tokens.empty() && is_symbol(tokens.back(), ";")) tokens.pop_back();
  drop_locks(tokens);
  casts(tokens);
  drop_modifiers(tokens);
  truncate(tokens);
  insert_words(tokens);
  drop_qualifiers(tokens);
  limits(tokens);
  expressions(tokens);
  duplicate_key(tokens);
  drop_conflict_target(tokens);
  separate_upsert(tokens);
  update_alias(tokens);
  double_quotes(tokens, is_column);
  return tokens;
}

}  // namespace banyan::evidence
