#include "analyzer/evidence/sql_shape.hpp"

#include "analyzer/evidence/sql_cursor.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace banyan::evidence {
namespace {

bool statement(Cursor& c);

// ORDER BY, LIMIT and what else may end a statement; false when something stands there that no clause begins
// with.
bool tail(Cursor& c) {
  while (!c.at_end()) {
    if (c.at_hole()) return c.rest(), true;
    if (c.word("WHERE") || c.word("HAVING") || c.word("OFFSET")) {
      if (!c.expression()) return false;
      c.words({"ROW", "ROWS"});
    } else if (c.word("GROUP") || c.word("ORDER")) {
      if (!c.word("BY") || !c.expressions()) return false;
      c.words({"WITH", "ROLLUP"});
    } else if (c.word("LIMIT") || c.word("RETURNING")) {
      if (!c.expressions()) return false;
    } else if (c.word("UNION") || c.word("EXCEPT") || c.word("INTERSECT")) {
      c.words({"ALL", "DISTINCT"});
      return c.at_end() || c.at_symbol("(") || statement(c);
    } else if (c.at_word({"FOR", "FETCH", "LOCK", "WINDOW", "INTO", "ON", "PROCEDURE", "OPTION", "WITH", "AS", "DO"})) {
      return c.rest(), true;
    } else {
      return false;
    }
  }
  return true;
}

// Hints behind a table's name.
void hints(Cursor& c) {
  while (c.at_word({"USE", "FORCE", "IGNORE", "INDEXED", "PARTITION", "TABLESAMPLE", "WITH"})) {
    c.next();
    c.words({"INDEX", "KEY", "BY", "FOR", "JOIN", "ORDER", "GROUP"});
    if (!c.parentheses()) c.name();
  }
}

bool table(Cursor& c) {
  c.words({"LATERAL", "ONLY"});
  if (c.at_symbol("(")) {
    if (!c.parentheses()) return false;
  } else if (!c.name()) {
    return c.at_end();
  }
  c.parentheses();  // a table function, or columns
  hints(c);
  if (c.at_hole()) return true;
  if (!c.alias()) return false;
  c.parentheses();
  hints(c);
  return true;
}

bool tables(Cursor& c) {
  if (!table(c)) return false;
  while (!c.at_end()) {
    if (c.symbol(",")) {
      if (!table(c)) return false;
    } else if (c.at_word({"JOIN", "LEFT", "RIGHT", "INNER", "CROSS", "NATURAL", "FULL", "STRAIGHT_JOIN", "OUTER"})) {
      c.words({"LEFT", "RIGHT", "INNER", "CROSS", "NATURAL", "FULL", "OUTER", "JOIN", "STRAIGHT_JOIN", "APPLY"});
      if (!table(c)) return false;
    } else if (c.word("ON")) {
      if (!c.expression()) return false;
    } else if (c.word("USING")) {
      if (!c.parentheses()) return c.at_end();
    } else {
      return true;
    }
  }
  return true;
}

bool select(Cursor& c) {
  c.words({"DISTINCT", "ALL", "SQL_CALC_FOUND_ROWS", "SQL_NO_CACHE", "HIGH_PRIORITY", "STRAIGHT_JOIN"});
  if (c.word("ON")) c.parentheses();
  if (c.word("TOP")) {
    if (!c.parentheses()) c.next();
    c.words({"PERCENT"});
  }
  if (c.at_end() || !c.expressions()) return false;
  if (c.word("FROM")) return (c.at_end() || tables(c)) && tail(c);
  return tail(c);
}

// (columns) VALUES .. | SELECT .. | SET a = b
bool inserted(Cursor& c) {
  if (c.at_end()) return true;
  if (c.at_symbol("(") && c.parentheses() && c.at_end()) return true;
  if (c.word("OVERRIDING")) c.words({"SYSTEM", "USER", "VALUE"});
  if (c.at_hole() || c.word("DEFAULT") || c.word("ON")) return c.rest(), true;
  if (c.word("SET")) return c.expressions() && tail(c);
  if (c.at_word({"SELECT", "WITH"})) return statement(c);
  if (!c.word("VALUES") && !c.word("VALUE")) return false;
  if (c.at_end()) return true;
  if (c.at_hole()) return c.rest(), true;
  if (!c.parentheses()) return false;
  while (c.symbol(",")) {
    if (!c.parentheses() && !c.at_hole()) return c.at_end();
    if (c.at_hole()) return c.rest(), true;
  }
  c.words({"AS"});
  return tail(c);
}

bool insert(Cursor& c, bool replace) {
  c.words({"OR", "REPLACE", "IGNORE", "ABORT", "FAIL", "ROLLBACK", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"});
  const bool into = c.word("INTO");
  if (into) c.words({"TABLE"});
  if (!c.name()) return false;
  if (!into && !c.at_symbol("(") && !c.at_word({"VALUES", "SELECT", "SET"})) return false;
  if (replace && c.at_end()) return false;
  if (c.word("AS") && !c.name()) return false;
  return inserted(c);
}

bool assignments(Cursor& c) {
  do {
    if (c.at_end()) return true;
    if (c.at_hole()) {
      c.name();
      if (c.at_end() || c.at_word({"WHERE"}) || c.at_symbol(",")) continue;
    } else if (!c.name() && !c.parentheses()) {
      return false;
    }
    if (c.at_end()) return true;
    if (c.at_hole()) return c.rest(), true;
    if (!c.symbol("=") && !c.symbol(":=")) return false;
    if (!c.at_end() && !c.expression()) return false;
  } while (c.symbol(","));
  return true;
}

bool update(Cursor& c) {
  c.words({"OR", "REPLACE", "ABORT", "FAIL", "ROLLBACK", "IGNORE", "LOW_PRIORITY", "ONLY"});
  if (c.at_end() || !tables(c) || !c.word("SET") || !assignments(c)) return false;
  if (c.word("FROM") && !tables(c)) return false;
  return tail(c);
}

// DELETE FROM t .., DELETE a, b FROM a JOIN b ..
bool remove(Cursor& c) {
  c.words({"LOW_PRIORITY", "QUICK", "IGNORE"});
  std::vector<std::string> targets;
  while (!c.at_word({"FROM"})) {
    targets.push_back(lower(c.text()));
    if (!c.name()) return false;
    if (c.symbol(".")) c.symbol("*");
    if (!c.symbol(",") && !c.at_word({"FROM"})) return false;
  }
  if (!c.word("FROM") || c.at_end()) return false;
  const std::size_t start = c.position();
  if (targets.empty() && c.name() && c.at_end()) return true;
  c.back_to(start);
  if (!tables(c)) return false;
  const bool listed = std::all_of(targets.begin(), targets.end(),
                                  [&](const std::string& target) { return c.named_since(start, target); });
  // "delete from list failed": without a clause behind it a second word is no alias.
  if (!listed || c.at_end()) return listed && !targets.empty();
  if (c.word("USING") && !tables(c)) return false;
  return tail(c);
}

bool with(Cursor& c) {
  c.word("RECURSIVE");
  do {
    if (!c.name()) return false;
    c.parentheses();
    if (!c.word("AS")) return false;
    c.words({"NOT", "MATERIALIZED"});
    if (!c.parentheses()) return false;
  } while (c.symbol(","));
  return c.at_end() || statement(c);
}

void existence(Cursor& c) { c.words({"IF", "NOT", "EXISTS", "CONCURRENTLY"}); }

bool create(Cursor& c) {
  c.words({"OR", "REPLACE", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL", "UNLOGGED", "MATERIALIZED",
           "RECURSIVE", "FULLTEXT", "SPATIAL", "CLUSTERED", "CONSTRAINT", "EXTERNAL"});
  for (int i = 0; i < 12 && c.at_word({"ALGORITHM", "DEFINER", "SQL", "SECURITY", "INVOKER"});) {
    for (c.next(); i < 12 && !c.at_end() && !c.at_word({"TABLE", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "SQL"}); ++i)
      c.next();
  }
  if (c.word("TABLE")) {
    existence(c);
    if (!c.name()) return false;
    return c.at_symbol("(") || c.at_hole() || c.at_word({"AS", "LIKE", "USING", "SELECT", "OF", "PARTITION"});
  }
  if (c.word("VIEW")) {
    existence(c);
    return c.name() && (c.parentheses() || true) && (c.at_word({"AS"}) || c.at_hole());
  }
  if (c.word("INDEX")) {
    existence(c);
    if (!c.at_word({"ON"}) && !c.name()) return false;
    c.words({"USING", "BTREE", "HASH"});
    return c.at_word({"ON"}) || c.at_hole();
  }
  if (c.word("TRIGGER")) {
    existence(c);
    return c.name() && (c.at_word({"BEFORE", "AFTER", "INSTEAD", "INSERT", "UPDATE", "DELETE", "ON"}) || c.at_hole());
  }
  return (c.word("FUNCTION") || c.word("PROCEDURE")) && (existence(c), c.name()) && c.at_symbol("(");
}

bool definition_kind(Cursor& c) {
  c.words({"TEMPORARY", "MATERIALIZED"});
  if (!c.at_word({"TABLE", "VIEW", "INDEX", "TRIGGER", "FUNCTION", "PROCEDURE"})) return false;
  c.next();
  existence(c);
  return true;
}

bool drop(Cursor& c) {
  if (!definition_kind(c)) return false;
  do {
    if (!c.name()) return false;
    c.parentheses();
  } while (c.symbol(","));
  if (c.at_hole()) return true;
  c.words({"CASCADE", "RESTRICT", "PURGE"});
  return c.at_end() || (c.word("ON") && c.name());
}

bool alter(Cursor& c) {
  if (!definition_kind(c)) return false;
  c.words({"ONLY"});
  return c.name() &&
         (c.at_hole() ||
          c.at_word({"ADD", "DROP", "RENAME", "MODIFY", "CHANGE", "ALTER", "OWNER", "SET", "ENABLE", "DISABLE",
                     "ENGINE", "CONVERT", "AUTO_INCREMENT", "VALIDATE", "INHERIT", "ATTACH", "DETACH", "RESET",
                     "AS", "COMMENT", "CLUSTER", "REPLICA", "DEFAULT", "CHARACTER"}));
}

bool pragma(Cursor& c) {
  if (!c.name()) return false;
  if (c.symbol("=")) return c.at_end() || c.expression();
  return (c.parentheses() || true) && c.at_end();
}

bool truncate(Cursor& c) {
  const bool table = c.word("TABLE");
  c.words({"ONLY"});
  do {
    if (!c.name()) return false;
  } while (c.symbol(","));
  if (table) c.words({"RESTART", "CONTINUE", "IDENTITY", "CASCADE", "RESTRICT"});
  return c.at_end();
}

bool statement(Cursor& c) {
  if (c.at_symbol("(")) return c.group() && tail(c);
  if (c.word("SELECT")) return select(c);
  if (c.word("INSERT")) return insert(c, false);
  if (c.word("REPLACE")) return insert(c, true);
  if (c.word("UPDATE")) return update(c);
  if (c.word("DELETE")) return remove(c);
  if (c.word("WITH")) return with(c);
  if (c.word("VALUES")) return c.parentheses() && (c.at_end() || c.at_symbol(","));
  if (c.word("CREATE")) return create(c);
  if (c.word("DROP")) return drop(c);
  if (c.word("ALTER")) return alter(c);
  if (c.word("PRAGMA")) return pragma(c);
  if (c.word("TRUNCATE")) return truncate(c);
  if (c.word("CALL")) return c.name() && c.parentheses() && c.at_end();
  if (c.word("MERGE")) return (c.word("INTO") || true) && table(c) && c.at_word({"USING"});
  if (c.word("EXPLAIN")) return c.words({"QUERY", "PLAN", "ANALYZE", "EXTENDED"}), statement(c);
  return false;
}

bool word_in(const Tokens& tokens, std::string_view text) {
  return std::any_of(tokens.begin() + 1, tokens.end(), [&](const Token& token) { return is_word(token, text); });
}

bool has_sql_marks(const Tokens& tokens) {
  return std::any_of(tokens.begin() + 1, tokens.end(), [](const Token& token) {
    return token.kind == TokenKind::parameter || token.kind == TokenKind::symbol ||
           token.kind == TokenKind::identifier || token.kind == TokenKind::text;
  });
}

// The keywords without which its first word makes no statement.
bool has_keywords(const Tokens& tokens) {
  const Token& verb = tokens.front();
  const auto any = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return word_in(tokens, w); });
  };
  if (!has_sql_marks(tokens)) return false;
  if (is_word(verb, "SELECT") || is_word(verb, "DELETE")) return any({"FROM"});
  if (is_word(verb, "INSERT") || is_word(verb, "REPLACE")) return any({"INTO"}) && any({"VALUES", "SELECT", "SET"});
  if (is_word(verb, "UPDATE")) return any({"SET"});
  if (is_word(verb, "WITH")) return any({"AS"}) && any({"SELECT", "INSERT", "UPDATE", "DELETE"});
  return is_word(verb, "MERGE") && any({"USING"}) && any({"MATCHED"});
}

}  // namespace

bool is_transaction_control(const Tokens& tokens) {
  if (tokens.empty() || tokens.size() > 5) return false;
  if (is_any_word(tokens.front(), {"SAVEPOINT", "RELEASE"})) return tokens.size() >= 2 && tokens.size() <= 4;
  if (is_word(tokens.front(), "START")) return is_word_at(tokens, 1, "TRANSACTION");
  if (!is_any_word(tokens.front(), {"BEGIN", "COMMIT", "ROLLBACK", "END"})) return false;
  if (tokens.size() > 1 && is_word(tokens[1], "TO")) return true;
  return std::all_of(tokens.begin() + 1, tokens.end(), [](const Token& token) {
    return is_symbol(token, ";") ||
           is_any_word(token, {"TRANSACTION", "WORK", "IMMEDIATE", "EXCLUSIVE", "DEFERRED", "TRAN"});
  });
}

bool reads_as_statement(const Tokens& tokens) {
  Cursor cursor(tokens, statement);
  return statement(cursor);
}

Shape shape_of(const Tokens& all) {
  const auto first = std::find_if(all.begin(), all.end(), [](const Token& t) { return !is_symbol(t, "("); });
  if (first == all.end() || first->kind != TokenKind::word) return Shape::no;
  if (first != all.begin() && !is_any_word(*first, {"SELECT", "WITH", "VALUES"})) return Shape::no;
  const Tokens tokens(first, all.end());
  const std::string& verb = tokens.front().text;
  const bool capitals = verb == upper(verb);
  if (is_transaction_control(tokens)) return capitals ? Shape::yes : Shape::maybe;
  if (!reads_as_statement(all)) return capitals && has_keywords(tokens) ? Shape::maybe : Shape::no;
  const bool sentence_case = !capitals && verb != lower(verb);
  const bool prose = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return is_any_word(token, {"THE", "YOUR", "THIS", "PLEASE", "AN"});
  });
  if (is_word(tokens.front(), "SELECT") && !word_in(tokens, "FROM")) {
    return capitals && has_sql_marks(tokens) ? Shape::yes : Shape::maybe;
  }
  if (capitals && !prose) return Shape::yes;
  return has_sql_marks(tokens) && !sentence_case && !prose ? Shape::yes : Shape::maybe;
}

}  // namespace banyan::evidence
