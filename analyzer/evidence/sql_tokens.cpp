#include "analyzer/evidence/sql_tokens.hpp"

#include <algorithm>
#include <array>

namespace banyan::evidence {
namespace {

constexpr char hole_begin = '\x01';
constexpr char hole_end = '\x02';

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) >= 0x80);
}
bool is_word_char(char c) { return is_alpha(c) || is_digit(c); }
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

class Scanner {
 public:
  Scanner(std::string_view sql, const std::vector<std::string>& holes) : sql_(sql), holes_(holes) {}

  Tokens run() {
    while (skip_blank()) {
      next();
      spaced_ = false;
    }
    return std::move(tokens_);
  }

 private:
  char at(std::size_t ahead) const {
    return position_ + ahead < sql_.size() ? sql_[position_ + ahead] : '\0';
  }

  // False at the end of the text.
  bool skip_blank() {
    while (position_ < sql_.size()) {
      if (is_space(at(0))) {
        ++position_;
      } else if ((at(0) == '-' && at(1) == '-') || (at(0) == '#' && at(1) != '>' && at(1) != '-')) {
        position_ = std::min(sql_.find('\n', position_), sql_.size());
      } else if (at(0) == '/' && at(1) == '*') {
        const std::size_t end = sql_.find("*/", position_ + 2);
        position_ = end == std::string_view::npos ? sql_.size() : end + 2;
      } else {
        return true;
      }
      spaced_ = true;
    }
    return false;
  }

  void next() {
    start_ = position_;
    const char c = at(0);
    if (c == hole_begin) return marked_hole();
    if (c == '\'') return quoted(TokenKind::text, '\'', '\'');
    if (c == '"' || c == '`') return quoted(TokenKind::identifier, c, c);
    if (c == '[' && is_word_char(at(1)) && !after_value()) return quoted(TokenKind::identifier, c, ']');
    if (c == '$' && dollar_quoted()) return;
    if (is_alpha(c)) return run_of(TokenKind::word, [](char x) { return is_word_char(x) || x == '$'; });
    if (is_digit(c) || (c == '.' && is_digit(at(1)) && !after_value())) return number();
    if (parameter()) return;
    if (c == '%' && conversion()) return;
    if (c == '{' && field()) return;
    symbol();
  }

  // `a[1]` is an element, `[a]` a name; `t.5` cannot be a number.
  bool after_value() const {
    if (tokens_.empty() || spaced_) return false;
    const Token& last = tokens_.back();
    return last.kind != TokenKind::symbol || last.text == ")" || last.text == "]";
  }

  void push(TokenKind kind, std::string text, char quote = 0, bool has_hole = false) {
    tokens_.push_back({kind, std::move(text), start_, quote, !spaced_ && !tokens_.empty(), has_hole});
  }

  template <class Predicate>
  void run_of(TokenKind kind, Predicate keep) {
    while (position_ < sql_.size() && keep(at(0))) ++position_;
    push(kind, std::string(sql_.substr(start_, position_ - start_)));
  }

  void number() {
    while (is_word_char(at(0)) || at(0) == '.' ||
           ((at(0) == '+' || at(0) == '-') && to_upper(sql_[position_ - 1]) == 'E' &&
            is_digit(sql_[start_]) && to_upper(sql_[start_ + 1]) != 'X')) {
      ++position_;
    }
    push(TokenKind::number, std::string(sql_.substr(start_, position_ - start_)));
  }

  void marked_hole() {
    const std::string text = hole_text();
    push(TokenKind::hole, text);
  }

  // Reads one mark and returns the expression behind it.
  std::string hole_text() {
    const std::size_t end = sql_.find(hole_end, position_);
    std::size_t index = 0;
    const std::size_t last = std::min(end, sql_.size());
    for (std::size_t i = position_ + 1; i < last && is_digit(sql_[i]) && index < 100000; ++i) {
      index = index * 10 + static_cast<std::size_t>(sql_[i] - '0');
    }
    position_ = end == std::string_view::npos ? sql_.size() : end + 1;
    return index < holes_.size() ? holes_[index] : std::string("?");
  }

  void quoted(TokenKind kind, char open, char close) {
    std::string content;
    bool has_hole = false;
    ++position_;
    while (position_ < sql_.size()) {
      const char c = at(0);
      if (c == hole_begin) {
        const std::string expression = hole_text();
        content += "{" + expression + "}";
        has_hole = true;
      } else if (c == '\\' && open != '`' && escapes(close, content)) {
        content += at(1);
        position_ += 2;
      } else if (c == close && at(1) == close && close != ']') {
        content += c;
        position_ += 2;
      } else if (c == close) {
        ++position_;
        break;
      } else {
        content += c;
        ++position_;
      }
    }
    push(kind, std::move(content), open, has_hole);
  }

  // MySQL escapes a quote with a backslash; in standard SQL '\' is a whole string (LIKE ... ESCAPE '\').
  bool escapes(char close, const std::string& content) const {
    if (at(1) != close && at(1) != '\\') return false;
    return !(content.empty() && at(1) == close && !is_word_char(at(2)));
  }

  // PostgreSQL: $tag$ ... $tag$
  bool dollar_quoted() {
    std::size_t end = position_ + 1;
    while (end < sql_.size() && is_word_char(sql_[end])) ++end;
    if (end >= sql_.size() || sql_[end] != '$' || is_digit(at(1))) return false;
    const std::string_view tag = sql_.substr(position_, end + 1 - position_);
    const std::size_t body = end + 1;
    const std::size_t close = sql_.find(tag, body);
    const std::size_t body_end = std::min(close, sql_.size());
    position_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    push(TokenKind::text, std::string(sql_.substr(body, body_end - body)), '$');
    return true;
  }

  bool parameter() {
    const char c = at(0);
    if (c == '?') {
      ++position_;
      run_of(TokenKind::parameter, is_digit);
      return true;
    }
    const bool named = (c == ':' || c == '@' || c == '$') && is_word_char(at(1));
    if (!named) return false;
    ++position_;
    run_of(TokenKind::parameter, is_word_char);
    return true;
  }

  // A printf conversion that stayed in the text: %s %5.2f %lld %'d %Q. A modulo has a space or a name behind
  // it.
  bool conversion() {
    std::size_t i = 1;
    while (at(i) == '-' || at(i) == '+' || at(i) == '0' || at(i) == '#' || at(i) == '\'') ++i;
    while (is_digit(at(i)) || at(i) == '.' || at(i) == '*') ++i;
    while (at(i) == 'l' || at(i) == 'h' || at(i) == 'z' || at(i) == 'j') ++i;
    constexpr std::string_view letters = "diouxXeEfgGcspqQw";
    if (at(i) == '\0' || letters.find(at(i)) == std::string_view::npos) return false;
    position_ += i + 1;
    push(TokenKind::hole, std::string(sql_.substr(start_, position_ - start_)));
    return true;
  }

  // A {fmt} field that stayed in the text: {} {0} {name} {:d}
  bool field() {
    std::size_t i = 1;
    while (is_word_char(at(i)) || at(i) == ':' || at(i) == '.' || at(i) == '>' || at(i) == '<') ++i;
    if (at(i) != '}') return false;
    position_ += i + 1;
    push(TokenKind::hole, std::string(sql_.substr(start_, position_ - start_)));
    return true;
  }

  void symbol() {
    static constexpr std::array<std::string_view, 17> compound = {"->>", "#>>", "<=>", "::", "||", "<=",
                                                                  ">=",  "<>",  "!=",  "==", ":=", "->",
                                                                  "#>",  "@>",  "<@",  "~*", "!~"};
    std::size_t length = 1;
    for (const std::string_view symbol : compound) {
      if (sql_.substr(position_, symbol.size()) == symbol) {
        length = symbol.size();
        break;
      }
    }
    position_ += length;
    push(TokenKind::symbol, std::string(sql_.substr(start_, length)));
  }

  std::string_view sql_;
  const std::vector<std::string>& holes_;
  std::size_t position_ = 0;
  std::size_t start_ = 0;
  bool spaced_ = true;
  Tokens tokens_;
};

std::string doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    if (c != '\0') out += c;
  }
  return out + quote;
}

// Inside CREATE TRIGGER ... BEGIN ... END the semicolons belong to the body.
bool opens_body(const Tokens& statement) {
  return statement.size() > 1 && is_word(statement.front(), "CREATE") &&
         std::any_of(statement.begin(),
                     statement.begin() + std::min<std::ptrdiff_t>(8, std::ssize(statement)),
                     [](const Token& t) { return is_any_word(t, {"TRIGGER", "PROCEDURE", "FUNCTION"}); });
}

}  // namespace

std::string hole_mark(std::size_t index) { return hole_begin + std::to_string(index) + hole_end; }

Tokens tokenize(std::string_view sql, const std::vector<std::string>& holes) {
  return Scanner(sql, holes).run();
}

std::vector<Tokens> split_statements(const Tokens& tokens) {
  std::vector<Tokens> statements;
  Tokens current;
  int parentheses = 0;
  int blocks = 0;
  const auto finish = [&] {
    if (!current.empty()) statements.push_back(std::move(current));
    current.clear();
    parentheses = blocks = 0;
  };
  for (const Token& token : tokens) {
    if (is_symbol(token, ";") && parentheses <= 0 && blocks <= 0) {
      finish();
      continue;
    }
    if (is_symbol(token, "(")) ++parentheses;
    if (is_symbol(token, ")")) --parentheses;
    if (is_word(token, "CASE") || (is_word(token, "BEGIN") && opens_body(current))) ++blocks;
    if (is_word(token, "END")) --blocks;
    current.push_back(token);
  }
  finish();
  return statements;
}

std::string render(const Tokens& tokens) {
  std::string out;
  for (const Token& token : tokens) {
    const bool touches = token.glued && (token.kind == TokenKind::symbol || token.kind == TokenKind::text ||
                                         out.empty() || (!is_word_char(out.back()) && out.back() != '"'));
    if (!out.empty() && !touches) out += ' ';
    if (token.kind == TokenKind::identifier) {
      out += doubled(token.text, '"');
    } else if (token.kind == TokenKind::text) {
      out += doubled(token.text, '\'');
    } else if (token.kind == TokenKind::hole) {
      out += '?';
    } else {
      out += token.text;
    }
  }
  return out;
}

bool is_word(const Token& token, std::string_view upper_text) {
  return token.kind == TokenKind::word && token.text.size() == upper_text.size() &&
         std::equal(token.text.begin(), token.text.end(), upper_text.begin(),
                    [](char a, char b) { return to_upper(a) == b; });
}

bool is_word_at(const Tokens& tokens, std::size_t index, std::string_view upper_text) {
  return index < tokens.size() && is_word(tokens[index], upper_text);
}

bool is_any_word(const Token& token, const std::vector<std::string_view>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return is_word(token, word); });
}

bool is_symbol(const Token& token, std::string_view symbol) {
  return token.kind == TokenKind::symbol && token.text == symbol;
}

bool is_symbol_at(const Tokens& tokens, std::size_t index, std::string_view symbol) {
  return index < tokens.size() && is_symbol(tokens[index], symbol);
}

bool is_name(const Token& token) {
  return token.kind == TokenKind::word || (token.kind == TokenKind::identifier && !token.has_hole);
}

Token make_word(std::string_view text) {
  Token token;
  token.kind = TokenKind::word;
  token.text = text;
  return token;
}

Token make_symbol(std::string_view text) {
  Token token;
  token.text = text;
  return token;
}

std::size_t after_parenthesis(const Tokens& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (is_symbol(tokens[i], "(")) ++depth;
    if (is_symbol(tokens[i], ")") && --depth == 0) return i + 1;
  }
  return tokens.size();
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_upper);
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

}  // namespace banyan::evidence
