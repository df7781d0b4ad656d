#include "analyzer/advice/loops.hpp"

#include <string>

namespace banyan::advice {
namespace {

struct Token {
  std::string_view text;
  std::uint32_t line;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  std::vector<Token> all() {
    std::vector<Token> out;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const std::uint32_t line = line_;
      if (skip(c)) continue;
      const std::size_t start = at_;
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
      if (at_ == start) ++at_;
      out.push_back({text_.substr(start, at_ - start), line});
    }
    return out;
  }

 private:
  bool skip(char c) {
    const std::string_view rest = text_.substr(at_);
    if (c == '\n') fresh_ = true;
    if (c == '\n' || c == ' ' || c == '\t' || c == '\r') return advance(1);
    if (rest.starts_with("//") || (c == '#' && fresh_)) return advance_to_line_end();
    if (rest.starts_with("/*")) return advance_past("*/", 2);
    fresh_ = false;
    if (rest.starts_with("R\"") && (at_ == 0 || !is_word(text_[at_ - 1]))) {
      const std::string close = ")" + std::string(rest.substr(2, std::min(rest.find('('), rest.size()) - 2)) + "\"";
      return advance_past(close, 2);
    }
    const bool separator = c == '\'' && at_ > 0 && is_word(text_[at_ - 1]);
    if (separator) return advance(1);
    if (c == '"' || c == '\'') return advance_past_quote(c);
    return false;
  }

  bool advance(std::size_t count) {
    for (; count > 0 && at_ < text_.size(); --count) line_ += text_[at_++] == '\n';
    return true;
  }
  bool advance_to_line_end() {
    while (at_ < text_.size() && text_[at_] != '\n') advance(text_[at_] == '\\' ? 2 : 1);
    return true;
  }
  bool advance_past(std::string_view mark, std::size_t from) {
    const std::size_t end = text_.find(mark, at_ + from);
    return advance((end == std::string_view::npos ? text_.size() : end + mark.size()) - at_);
  }
  bool advance_past_quote(char quote) {
    advance(1);
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') advance(text_[at_] == '\\' ? 2 : 1);
    return advance(at_ < text_.size() && text_[at_] == quote ? 1 : 0);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  bool fresh_ = true;  // nothing but blanks since the line began
};

// Index behind the group that opens at `at`.
std::size_t past_group(const std::vector<Token>& tokens, std::size_t at) {
  int depth = 0;
  for (; at < tokens.size(); ++at) {
    const char c = tokens[at].text.front();
    depth += c == '(' || c == '{' || c == '[';
    depth -= c == ')' || c == '}' || c == ']';
    if (depth == 0) return at + 1;
  }
  return at;
}

// Index behind the statement at `at`: a block, or everything to its semicolon.
std::size_t past_statement(const std::vector<Token>& tokens, std::size_t at) {
  while (at < tokens.size() && tokens[at].text != ";") {
    const char c = tokens[at].text.front();
    if (c == '}') return at;
    const bool block = c == '{';
    at = c == '(' || c == '{' || c == '[' ? past_group(tokens, at) : at + 1;
    if (block) return at;
  }
  return std::min(at + 1, tokens.size());
}

}  // namespace

std::vector<Loop> find_loops(std::string_view text) {
  const std::vector<Token> tokens = Tokens(text).all();
  std::vector<Loop> loops;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const bool head = (tokens[i].text == "for" || tokens[i].text == "while") && tokens[i + 1].text == "(";
    if (!head && tokens[i].text != "do") continue;
    const std::size_t end = past_statement(tokens, head ? past_group(tokens, i + 1) : i + 1);
    if (end > 0) loops.push_back({tokens[i].line, tokens[end - 1].line});
  }
  return loops;
}

}  // namespace banyan::advice
