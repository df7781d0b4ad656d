#include "analyzer/evidence/sql_strings.hpp"

#include "analyzer/evidence/names.hpp"
#include "analyzer/evidence/sql_shape.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace banyan::evidence {
namespace {

using facts::StringPiece;
using facts::StringValue;

bool word_in(const Tokens& tokens, std::size_t from, std::string_view text) {
  return std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(std::min(from, tokens.size())),
                     tokens.end(), [&](const Token& token) { return is_word(token, text); });
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
                      !word_in(tokens, 1, "SELECT") && !word_in(tokens, 1, "SET");
  const bool view = is_word(tokens.front(), "CREATE") && is_word(tokens.back(), "AS");
  const bool common = is_word(tokens.front(), "WITH") && is_symbol(tokens.back(), ")");
  return depth > 0 || insert || view || common ||
         is_any_word(tokens.back(), {"UNION", "ALL", "EXCEPT", "INTERSECT", "AS"});
}

// What a database is told that is no statement about data: neither for nor against a function being a sink.
bool is_administration(const Tokens& tokens) {
  return !tokens.empty() &&
         is_any_word(tokens.front(),
                     {"SET", "VACUUM", "ANALYZE", "REINDEX", "ATTACH", "DETACH", "LOCK", "UNLOCK", "SHOW", "USE",
                      "GRANT", "REVOKE", "LISTEN", "NOTIFY", "COPY", "LOAD", "KILL", "FLUSH", "DESCRIBE", "EXEC",
                      "EXECUTE", "DECLARE", "CALL", "CREATE", "COMMENT", "OPTIMIZE"});
}

using Place = std::pair<std::string, std::int32_t>;  // callee USR or name, argument

Place place_of(const StringValue& value) {
  return {value.callee_usr.empty() ? value.callee_name : value.callee_usr, value.argument};
}

class SqlFinder {
 public:
  explicit SqlFinder(const facts::Program& program) {
    for (const facts::FileFacts& file : program.files) {
      for (const StringValue& value : file.strings) sort_in(value);
      for (const facts::Symbol& symbol : file.symbols) {
        const bool function =
            symbol.kind == facts::SymbolKind::function || symbol.kind == facts::SymbolKind::method;
        if (!function) continue;
        functions_.insert(symbol.usr);
        const std::string result = symbol.type.substr(0, symbol.type.find('('));
        if (result.find("tring") == std::string::npos && result.find("char *") == std::string::npos) continue;
        text_functions_.insert(symbol.usr);
        if (symbol.type.find("...") != std::string::npos) builders_.insert(symbol.usr);
      }
    }
  }

  std::vector<SqlString> run() {
    for (const StringValue* value : arguments_) argument(*value);
    std::erase_if(sinks_, [&](const auto& sink) { return !runs_sql(sink.first); });
    for (SqlString& sql : found_) {
      if (!sql.sink.empty() && !sql.known_sink && others_.count(place_of_sink_[sql.sink]) != 0 &&
          sinks_.count(place_of_sink_[sql.sink]) == 0)
        sql.sink.clear();
    }
    for (auto& [key, values] : objects_) object(values);
    for (const StringValue* value : arguments_) opaque(*value);
    return unique();
  }

 private:
  // A function that is given statements and other texts alike is no database's: it formats, writes or logs. One
  // that returns text must be given nothing but statements.
  bool runs_sql(const Place& place) const {
    const auto other = others_.find(place);
    const std::size_t others = other == others_.end() ? 0 : other->second;
    if (text_functions_.count(place.first) != 0) return others == 0;
    return sinks_.at(place) > others;
  }

  // Only makes the text; who gets it is another value.
  bool formats(const StringValue& value) const {
    const std::string callee = last_component(value.callee_name);
    return callee.ends_with("printf") || callee.ends_with("format") || callee.rfind("operator", 0) == 0 ||
           value.callee_name.rfind("std::", 0) == 0 || builders_.count(value.callee_usr) != 0;
  }

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
    const Tokens tokens = tokenize(sql.text, sql.holes);
    const Shape shape = shape_of(tokens);
    const bool names_callee = !value.callee_name.empty() && !formats(value);
    if (shape == Shape::no) {
      const bool text = !tokens.empty() && tokens.front().kind != TokenKind::hole;
      if (names_callee && text && !is_administration(tokens)) ++others_[place_of(value)];
      return;
    }
    sql.at = value.at;
    sql.in_usr = value.in_usr;
    sql.executed = !is_talk(value);
    sql.known_sink = is_known_sink(value);
    sql.certain = shape == Shape::yes || sql.known_sink;
    if (names_callee) {
      sql.sink = place_of(value).first + '#' + std::to_string(value.argument);
      place_of_sink_[sql.sink] = place_of(value);
    }
    const bool passed = !value.callee_name.empty() && sql.executed;
    if (passed && names_callee && shape == Shape::yes) ++sinks_[place_of(value)];
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
                       [&](const auto& sink) { return sink.first.first == value.in_usr; });
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
      return std::tie(a.at, a.in_usr, a.text, a.sink) < std::tie(b.at, b.in_usr, b.text, b.sink);
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
    std::set<std::tuple<std::string, std::string, std::string>> handed;  // texts that a call was given
    for (const SqlString& sql : found_) {
      if (!sql.sink.empty()) handed.insert({sql.at.file, sql.in_usr, sql.text});
    }
    std::map<std::tuple<std::string, std::string, std::string>, Location> first;
    std::map<std::tuple<std::string, std::string, std::string>, std::set<std::uint32_t>> seen;
    std::vector<SqlString> result;
    for (SqlString& sql : found_) {
      if (functions_.count(sql.in_usr) == 0 && is_part(sql)) continue;
      // A text that is only made here and given to a call further down is that call's statement.
      const auto key = std::make_tuple(sql.at.file, sql.in_usr, sql.text);
      if (sql.executed && !sql.opaque && sql.sink.empty() && handed.count(key) != 0) {
        first.emplace(key, sql.at);
        continue;
      }
      if (const auto begin = first.find(key); begin != first.end() && !sql.sink.empty()) {
        sql.at = begin->second;
        first.erase(begin);
      }
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
  std::map<Place, std::size_t> sinks_;   // with the number of statements given
  std::map<Place, std::size_t> others_;  // and of texts that are none
  std::map<std::string, Place> place_of_sink_;
  std::set<std::string> functions_;
  std::set<std::string> text_functions_;  // that return text
  std::set<std::string> builders_;        // of these, the variadic ones
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>>
      handed_;  // file, function -> found_
  std::vector<SqlString> found_;
};

}  // namespace

std::vector<SqlString> find_sql(const facts::Program& program) { return SqlFinder(program).run(); }

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
