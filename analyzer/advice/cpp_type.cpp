#include "analyzer/advice/cpp_type.hpp"

namespace banyan::advice {
namespace {

using Kind = CppType::Kind;

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool drop_suffix(std::string_view& text, std::string_view word) {
  if (!text.ends_with(word)) return false;
  const std::size_t rest = text.size() - word.size();
  if (word_char(word.front()) && rest > 0 && word_char(text[rest - 1])) return false;
  text = trim(text.substr(0, rest));
  return true;
}

bool drop_prefix(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word) || (text.size() > word.size() && word_char(text[word.size()]))) return false;
  text = trim(text.substr(word.size()));
  return true;
}

// A parenthesis outside of < >: a function type, or a declarator such as (*)[3].
bool has_parenthesis(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    depth += c == '<' ? 1 : c == '>' ? -1 : 0;
    if (c == '(' && depth == 0) return true;
  }
  return false;
}

std::vector<CppType> arguments_of(std::string_view text) {
  std::vector<CppType> out;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    depth += c == '<' || c == '(' || c == '[' ? 1 : c == '>' || c == ')' || c == ']' ? -1 : 0;
    if (c != ',' || (depth != 0 && i < text.size())) continue;
    const auto part = trim(text.substr(start, i - start));
    const bool value = part.empty() || (part.front() >= '0' && part.front() <= '9') || part.front() == '\'' || part.front() == '-';
    if (!value) out.push_back(parse_type(part));
    start = i + 1;
  }
  return out;
}

CppType wrap(Kind kind, std::string_view inner, std::string_view text, bool is_const = false) {
  CppType out;
  out.kind = kind;
  out.text = std::string(text);
  out.is_const = is_const;
  out.inside.push_back(parse_type(inner));
  return out;
}

CppType named(std::string_view text, std::string_view whole, bool is_const) {
  CppType out;
  out.text = std::string(whole);
  out.is_const = is_const;
  for (const std::string_view word : {"struct", "class", "enum", "union", "typename"}) drop_prefix(text, word);
  const std::size_t open = text.find('<');
  if (open == std::string_view::npos) {
    out.name = std::string(text);
    return out;
  }
  std::size_t close = open;
  for (int depth = 0; close < text.size(); ++close) {
    depth += text[close] == '<' ? 1 : text[close] == '>' ? -1 : 0;
    if (depth == 0) break;
  }
  if (close >= text.size()) {
    out.kind = Kind::other;
    return out;
  }
  out.templated = true;
  out.name = std::string(text.substr(0, open)) + std::string(text.substr(close + 1));
  out.inside = arguments_of(text.substr(open + 1, close - open - 1));
  return out;
}

}  // namespace

CppType parse_type(std::string_view text) {
  text = trim(text);
  const std::string_view whole = text;
  CppType out;
  out.text = std::string(whole);
  if (text.empty() || text.find("(anonymous") != std::string_view::npos || text.find("(lambda") != std::string_view::npos ||
      text.find("(unnamed") != std::string_view::npos) {
    out.kind = Kind::other;
    return out;
  }
  if (has_parenthesis(text)) {
    out.kind = Kind::callable;
    return out;
  }
  bool is_const = false;
  while (drop_suffix(text, "const") || drop_suffix(text, "volatile") || drop_suffix(text, "__restrict")) is_const = true;
  if (drop_suffix(text, "&&")) return wrap(Kind::rvalue, text, whole);
  if (drop_suffix(text, "&")) return wrap(Kind::lvalue, text, whole);
  if (drop_suffix(text, "*")) return wrap(Kind::pointer, text, whole, is_const);
  if (text.ends_with("]")) return wrap(Kind::array, text.substr(0, text.rfind('[')), whole);
  while (drop_prefix(text, "const") || drop_prefix(text, "volatile")) is_const = true;
  return named(text, whole, is_const);
}

void names_in(const CppType& type, std::vector<std::string>& out) {
  if (type.kind == Kind::named) out.push_back(type.name);
  for (const CppType& inner : type.inside) names_in(inner, out);
}

std::string last_part(std::string_view qualified) {
  const std::size_t at = qualified.rfind("::");
  return std::string(at == std::string_view::npos ? qualified : qualified.substr(at + 2));
}

std::string scope_part(std::string_view qualified) {
  const std::size_t at = qualified.rfind("::");
  return at == std::string_view::npos ? std::string() : std::string(qualified.substr(0, at));
}

}  // namespace banyan::advice
