#include "analyzer/evidence/sql_strings.hpp"

#include "analyzer/evidence/names.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace banyan::evidence {
namespace {

using facts::StringPiece;
using facts::StringValue;

enum class Shape : std::uint8_t { no, maybe, yes };

bool word_in(const Tokens& tokens, std::size_t from, std::string_view text) {
  return std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(std::min(from, tokens.size())),
                     tokens.end(), [&](const Token& token) { return is_word(token, text); });
}

bool has_statement_tail(const Tokens& tokens) {
  const Token& verb = tokens.front();
  const auto any = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return word_in(tokens, 1, w); });
  };
  const bool next_name = tokens.size() > 1 && (is_name(tokens[1]) || tokens[1].kind == TokenKind::hole);
  if (is_word(verb, "SELECT")) return any({"FROM"}) || tokens.size() > 1;
  if (is_word(verb, "INSERT")) return any({"INTO"}) || (next_name && any({"VALUES", "SELECT", "SET"}));
  if (is_word(verb, "REPLACE")) return any({"INTO"}) && any({"VALUES", "SELECT", "SET", "DEFAULT"});
  if (is_word(verb, "UPDATE")) return next_name && any({"SET"});
  if (is_word(verb, "DELETE")) return any({"FROM"});
  if (is_word(verb, "WITH")) return any({"AS"}) && any({"SELECT", "INSERT", "UPDATE", "DELETE"});
  if (is_word(verb, "MERGE")) return any({"USING"});
  if (is_word(verb, "TRUNCATE")) return is_word_at(tokens, 1, "TABLE") && tokens.size() > 2;
  if (is_word(verb, "ALTER") || is_word(verb, "DROP") || is_word(verb, "CREATE")) {
    return tokens.size() > 2 && any({"TABLE", "VIEW", "INDEX", "TRIGGER", "FUNCTION", "PROCEDURE"});
  }
  return is_word(verb, "PRAGMA") && tokens.size() > 1;
}

// BEGIN IMMEDIATE, COMMIT WORK, ROLLBACK TO x: nothing else in the string.
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

bool has_sql_marks(const Tokens& tokens) {
  return std::any_of(tokens.begin() + 1, tokens.end(), [](const Token& token) {
    return token.kind == TokenKind::parameter || token.kind == TokenKind::symbol ||
           token.kind == TokenKind::identifier || token.kind == TokenKind::text;
  });
}

// A sentence has no operators; a statement in capitals is meant as one.
Shape shape_of(const Tokens& all) {
  Tokens tokens = all;
  while (!tokens.empty() && is_symbol(tokens.front(), "(")) tokens.erase(tokens.begin());
  if (tokens.empty() || tokens.front().kind != TokenKind::word) return Shape::no;
  const std::string& verb = tokens.front().text;
  const bool capitals = verb == upper(verb);
  if (is_transaction_control(tokens)) return capitals ? Shape::yes : Shape::maybe;
  if (!has_statement_tail(tokens)) return Shape::no;
  const bool sentence_case = !capitals && verb != lower(verb);
  const bool prose = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return is_any_word(token, {"THE", "YOUR", "THIS", "PLEASE", "AN"}) || is_symbol(token, "!");
  });
  if (is_word(tokens.front(), "SELECT") && !word_in(tokens, 1, "FROM")) {
    return capitals && has_sql_marks(tokens) ? Shape::yes : Shape::maybe;
  }
  if (capitals && !prose) return Shape::yes;
  return has_sql_marks(tokens) && !sentence_case && !prose ? Shape::yes : Shape::maybe;
}

const std::set<std::string>& talking_words() {
  static const std::set<std::string> words = {
      "log",    "logger", "logging", "warn",      "warning", "error",   "debug", "info",
      "trace",  "fatal",  "print",   "println",   "printf",  "fprintf", "puts",  "fputs",
      "perror", "syslog", "notice",  "exception", "throw",   "cout",    "cerr",  "clog",
      "assert", "usage",  "help",    "critical",  "verbose", "panic"};
  return words;
}

// Does the string end in a message rather than in a database?
bool is_talk(const StringValue& value) {
  const std::vector<std::string> callee = name_words(last_component(value.callee_name));
  const bool runs = std::any_of(callee.begin(), callee.end(), [](const std::string& word) {
    return word == "exec" || word == "execute" || word == "query" || word == "prepare" || word == "sql";
  });
  const auto talks = [](const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(),
                       [](const auto& word) { return talking_words().count(word) != 0; });
  };
  if (!callee.empty() && talking_words().count(callee.front()) != 0) return true;
  if (!runs && talks(callee)) return true;
  const bool streamed = last_component(value.callee_name).rfind("operator", 0) == 0;  // LOG(INFO) << "..."
  return streamed && talks(name_words(value.object));
}

bool is_known_sink(const StringValue& value) {
  static const std::set<std::string> sinks = {
      "sqlite3_exec",       "sqlite3_prepare",    "sqlite3_prepare_v2",
      "sqlite3_prepare_v3", "sqlite3_get_table",  "mysql_query",
      "mysql_real_query",   "mysql_stmt_prepare", "PQexec",
      "PQexecParams",       "PQprepare",          "PQsendQuery",
      "SQLExecDirect",      "SQLPrepare",         "sqlite3_prepare16_v2"};
  return sinks.count(last_component(value.callee_name)) != 0;
}

SqlString joined(const std::vector<StringPiece>& pieces) {
  SqlString sql;
  for (const StringPiece& piece : pieces) {
    if (piece.known) {
      for (const char c : piece.text) sql.text += (c == '\x01' || c == '\x02' || c == '\0') ? ' ' : c;
    } else {
      sql.text += hole_mark(sql.holes.size());
      sql.holes.push_back(piece.text);
    }
  }
  return sql;
}

// Whether a statement that stands behind `before` belongs to it: a subquery, an INSERT .. SELECT, a UNION.
bool continues(const std::string& before) {
  const Tokens tokens = tokenize(before);
  if (tokens.empty()) return false;
  int depth = 0;
  for (const Token& token : tokens) depth += is_symbol(token, "(") ? 1 : is_symbol(token, ")") ? -1 : 0;
  const bool insert = is_any_word(tokens.front(), {"INSERT", "REPLACE"}) && !word_in(tokens, 1, "VALUES") &&
                      !word_in(tokens, 1, "SELECT");
  const bool view = is_word(tokens.front(), "CREATE") && is_word(tokens.back(), "AS");
  const bool common = is_word(tokens.front(), "WITH") && is_symbol(tokens.back(), ")");
  return depth > 0 || insert || view || common ||
         is_any_word(tokens.back(), {"UNION", "ALL", "EXCEPT", "INTERSECT", "AS"});
}

using Place = std::pair<std::string, std::int32_t>;  // callee USR or name, argument

Place place_of(const StringValue& value) {
  return {value.callee_usr.empty() ? value.callee_name : value.callee_usr, value.argument};
}

class Finder {
 public:
  explicit Finder(const facts::Program& program) {
    for (const facts::FileFacts& file : program.files) {
      for (const StringValue& value : file.strings) sort_in(value);
      for (const facts::Symbol& symbol : file.symbols) {
        const bool function =
            symbol.kind == facts::SymbolKind::function || symbol.kind == facts::SymbolKind::method;
        if (function) functions_.insert(symbol.usr);
      }
    }
  }

  std::vector<SqlString> run() {
    for (const StringValue* value : arguments_) argument(*value);
    for (auto& [key, values] : objects_) object(values);
    for (const StringValue* value : arguments_) opaque(*value);
    return unique();
  }

 private:
  static bool builds(const StringValue& value) {
    const std::string name = last_component(value.callee_name);
    return name == "append" || name == "assign" || name.rfind("operator", 0) == 0 || name == "str" ||
           name == "basic_string";
  }

  void sort_in(const StringValue& value) {
    // snprintf(sql, ...) fills a variable too: its text is no argument.
    const bool to_object =
        !value.object.empty() && (value.argument < 0 || value.callee_name.empty() || builds(value));
    if (to_object) {
      objects_[{value.at.file, value.in_usr, value.object}].push_back(&value);
    } else {
      arguments_.push_back(&value);
    }
  }

  void argument(const StringValue& value) {
    SqlString sql = joined(value.pieces);
    const Shape shape = shape_of(tokenize(sql.text, sql.holes));
    if (shape == Shape::no) return;
    sql.at = value.at;
    sql.in_usr = value.in_usr;
    sql.executed = !is_talk(value);
    sql.known_sink = is_known_sink(value);
    sql.certain = shape == Shape::yes || sql.known_sink;
    // A format call only makes the text; who gets it is another value.
    const std::string callee = last_component(value.callee_name);
    const bool formats = callee.ends_with("printf") || callee.ends_with("format");
    if (!value.callee_name.empty() && !formats)
      sql.sink = place_of(value).first + '#' + std::to_string(value.argument);
    const bool passed = !value.callee_name.empty() && sql.executed;
    if (passed && shape == Shape::yes) sinks_.insert(place_of(value));
    if (passed) handed_[{value.at.file, value.in_usr}].push_back(found_.size());
    found_.push_back(std::move(sql));
  }

  void object(std::vector<const StringValue*>& values) {
    std::stable_sort(values.begin(), values.end(),
                     [](const auto* a, const auto* b) { return a->at < b->at; });
    SqlString current;
    bool open = false;
    for (const StringValue* value : values) {
      SqlString piece = joined(without_self(*value));
      const Shape shape = shape_of(tokenize(piece.text, piece.holes));
      if (shape != Shape::no && !(open && continues(current.text))) {
        if (open) keep(std::move(current));
        current = std::move(piece);
        current.at = value->at;
        current.in_usr = value->in_usr;
        current.certain = shape == Shape::yes;
        current.executed = !is_talk(*value);
        open = true;
      } else if (open) {
        add(current, piece);
      }
    }
    if (open) keep(std::move(current));
  }

  // sql = sql + "...": the variable itself is no hole.
  static std::vector<StringPiece> without_self(const StringValue& value) {
    std::vector<StringPiece> pieces = value.pieces;
    if (!pieces.empty() && !pieces.front().known && pieces.front().text == value.object)
      pieces.erase(pieces.begin());
    return pieces;
  }

  static void add(SqlString& to, const SqlString& piece) {
    const Tokens tokens = tokenize(piece.text, piece.holes);
    std::string text = piece.text;
    for (std::size_t i = piece.holes.size(); i-- > 0;) {
      const std::string mark = hole_mark(i);
      const std::size_t at = text.find(mark);
      if (at != std::string::npos) text.replace(at, mark.size(), hole_mark(to.holes.size() + i));
    }
    to.text += text;
    to.holes.insert(to.holes.end(), piece.holes.begin(), piece.holes.end());
  }

  // What a call was given with this text at its beginning is the same string, further on: one statement, and
  // its place is where it begins.
  void keep(SqlString sql) {
    bool handed = false;
    for (const std::size_t index : handed_[{sql.at.file, sql.in_usr}]) {
      SqlString& given = found_[index];
      const std::string_view head = std::string_view(sql.text).substr(0, sql.text.find('\x01'));
      const std::size_t length = std::min<std::size_t>({head.size(), given.text.size(), 48});
      if (length < 6 || given.text.compare(0, length, head, 0, length) != 0) continue;
      handed = true;
      if (sql.at < given.at) given.at = sql.at;
    }
    if (!handed) found_.push_back(std::move(sql));
  }

  void opaque(const StringValue& value) {
    if (value.pieces.empty() || value.pieces.front().known || value.callee_name.empty() || is_talk(value))
      return;
    if (!is_known_sink(value) && sinks_.count(place_of(value)) == 0) return;
    const std::string name = variable_of(value.pieces.front().text);
    if (value.pieces.size() == 1 && objects_.count({value.at.file, value.in_usr, name}) != 0) return;
    if (value.pieces.size() == 1 && sink_of_parameter(value, name)) return;
    SqlString sql = joined(value.pieces);
    sql.at = value.at;
    sql.in_usr = value.in_usr;
    sql.opaque = true;
    found_.push_back(std::move(sql));
  }

  // A wrapper such as `void Db::run(const std::string& sql) { sqlite3_exec(db_, sql.c_str(), ...); }`: its
  // callers' strings are looked at where they are.
  bool sink_of_parameter(const StringValue& value, const std::string& name) const {
    if (name.empty()) return false;
    return std::any_of(sinks_.begin(), sinks_.end(),
                       [&](const Place& sink) { return sink.first == value.in_usr; });
  }

  // sql.c_str() -> sql; empty for anything that is not a plain variable.
  static std::string variable_of(const std::string& expression) {
    std::string name = expression;
    for (const std::string_view tail : {".c_str()", ".data()", ".str()", "->c_str()", ".toStdString()"}) {
      if (name.size() > tail.size() && name.ends_with(tail)) name.resize(name.size() - tail.size());
    }
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
      return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    return plain ? name : std::string();
  }

  // A constant may be reported at its definition and at every use: the use inside a function is what counts.
  std::vector<SqlString> unique() {
    std::sort(found_.begin(), found_.end(), [](const SqlString& a, const SqlString& b) {
      return std::tie(a.at, a.in_usr, a.text) < std::tie(b.at, b.in_usr, b.text);
    });
    std::set<std::string> used_inside;
    for (const SqlString& sql : found_) {
      if (functions_.count(sql.in_usr) != 0 && sql.executed) used_inside.insert(sql.text);
    }
    const auto is_part = [&](const SqlString& constant) {
      return std::any_of(used_inside.begin(), used_inside.end(), [&](const std::string& text) {
        return text.find(constant.text) != std::string::npos;
      });
    };
    std::map<std::tuple<std::string, std::string, std::string>, std::set<std::uint32_t>> seen;
    std::vector<SqlString> result;
    for (SqlString& sql : found_) {
      if (functions_.count(sql.in_usr) == 0 && is_part(sql)) continue;
      // Two calls with the same text are two statements; a value that is kept somewhere as well is not (line
      // 0).
      if (sql.executed && !sql.opaque) {
        std::set<std::uint32_t>& lines = seen[{sql.at.file, sql.in_usr, sql.text}];
        const std::uint32_t line = sql.sink.empty() ? 0 : sql.at.line;
        const bool again = lines.count(0) != 0 || lines.count(line) != 0 || (line == 0 && !lines.empty());
        lines.insert(line);
        if (again) continue;
      }
      result.push_back(std::move(sql));
    }
    return result;
  }

  std::vector<const StringValue*> arguments_;
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<const StringValue*>> objects_;
  std::set<Place> sinks_;
  std::set<std::string> functions_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>>
      handed_;  // file, function -> found_
  std::vector<SqlString> found_;
};

}  // namespace

std::vector<SqlString> find_sql(const facts::Program& program) { return Finder(program).run(); }

std::string readable(const SqlString& sql) {
  std::string text = sql.text;
  for (std::size_t i = 0; i < sql.holes.size(); ++i) {
    const std::string mark = hole_mark(i);
    if (const std::size_t at = text.find(mark); at != std::string::npos)
      text.replace(at, mark.size(), "{" + sql.holes[i] + "}");
  }
  return text;
}

}  // namespace banyan::evidence
