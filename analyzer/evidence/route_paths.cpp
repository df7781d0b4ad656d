#include "analyzer/evidence/names.hpp"
#include "analyzer/evidence/routes.hpp"
#include "analyzer/evidence/sql_tokens.hpp"

#include <algorithm>
#include <set>

namespace banyan::evidence {
namespace {

bool is_name_char(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The name a path parameter starts with: "id:[0-9]+" -> id.
std::string leading_name(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && is_name_char(text[length])) ++length;
  if (length == 0 || (text[0] >= '0' && text[0] <= '9')) return {};
  return std::string(text.substr(0, length));
}

bool is_rest(std::string_view segment) {
  static const std::set<std::string_view> rests = {"**", "*", "(.*)", ".*", "(.+)", ".+", "<path>", "(.*)?"};
  const bool named = segment.size() > 1 && segment.front() == '*' && is_name_char(segment[1]);
  const bool path_kind = segment.rfind("<path:", 0) == 0;
  const bool braces_rest = segment.size() > 3 && segment.front() == '{' &&
                           (segment[1] == '*' || segment.find(":.*") != std::string_view::npos ||
                            segment.find("...") != std::string_view::npos);
  return rests.count(segment) != 0 || named || path_kind || braces_rest;
}

// <int> and <string> are kinds, <int:id> and <id> name something.
std::string angle_name(std::string_view inside) {
  static const std::set<std::string_view> kinds = {"int",    "uint", "double", "float",
                                                   "string", "str",  "path",   "uuid"};
  const std::size_t colon = inside.find(':');
  const std::string_view name = colon == std::string_view::npos ? inside : inside.substr(colon + 1);
  return kinds.count(name) != 0 ? std::string() : leading_name(name);
}

// The parameter a segment stands for; `found` is false for plain text.
std::string parameter_name(std::string_view segment, bool& found) {
  found = true;
  if (segment.front() == '{' && segment.back() == '}')
    return leading_name(segment.substr(1, segment.size() - 2));
  if (segment.front() == '<' && segment.back() == '>')
    return angle_name(segment.substr(1, segment.size() - 2));
  if (segment.front() == ':') return leading_name(segment.substr(1));
  if (segment.rfind("(?<", 0) == 0 || segment.rfind("(?P<", 0) == 0) {
    return leading_name(segment.substr(segment.find('<') + 1));
  }
  found = segment.find_first_of("([*+{<") != std::string_view::npos ||
          segment.find("\\d") != std::string_view::npos || segment.find("\\w") != std::string_view::npos;
  return {};
}

// At every / outside brackets.
std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> result(1);
  int depth = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '\\' && i + 1 < path.size() && (path[i + 1] == '/' || path[i + 1] == '.' || path[i + 1] == '-'))
      continue;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
    if (c == '/' && depth == 0) {
      result.emplace_back();
    } else {
      result.back() += c;
    }
  }
  return result;
}

const std::vector<std::string>& known_verbs() {
  static const std::vector<std::string> verbs = {"get",  "post",    "put",   "delete", "patch",
                                                 "head", "options", "trace", "connect"};
  return verbs;
}

std::string verb_of(std::string_view name) {
  const std::vector<std::string> words = name_words(last_component(name));
  if (words.empty() || words.size() > 4) return {};
  const std::string& last =
      words.back() == "method" && words.size() > 1 ? words[words.size() - 2] : words.back();
  if (last == "del") return "DELETE";
  const auto& verbs = known_verbs();
  return std::find(verbs.begin(), verbs.end(), last) == verbs.end() ? std::string() : upper(last);
}

}  // namespace

std::string normal_path(std::string_view path) {
  while (!path.empty() && path.front() == '^') path.remove_prefix(1);
  while (path.size() > 1 && path.back() == '$' && path[path.size() - 2] != '\\') path.remove_suffix(1);
  if (path.size() > 2 && path.substr(path.size() - 2) == "/?") path.remove_suffix(2);
  if (const std::size_t query = path.find('?'); query != std::string_view::npos && query > 0 &&
                                                path[query - 1] != ')' &&
                                                path.find('=', query) != std::string_view::npos) {
    path = path.substr(0, query);
  }
  std::string out;
  std::set<std::string> used;
  int number = 0;
  const std::vector<std::string> parts = segments(path);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    if (i > 0) out += '/';
    if (part.empty()) continue;
    if (i + 1 == parts.size() && is_rest(part)) {
      out += "**";
      continue;
    }
    bool found = false;
    std::string name = parameter_name(part, found);
    if (found) {
      ++number;
      if (name.empty() || !used.insert(name).second) name = "p" + std::to_string(number);
      used.insert(name);
    }
    out += found ? "{" + name + "}" : part;
  }
  return out;
}

std::vector<std::string> verbs_in(std::string_view expression) {
  std::vector<std::string> verbs;
  std::string name;
  bool all = true;
  const auto finish = [&] {
    if (name.empty()) return;
    const std::string verb = verb_of(name);
    if (!verb.empty() && std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) verbs.push_back(verb);
    all = all && !verb.empty();
    name.clear();
  };
  for (const char c : expression) {
    if (c == '{' || c == '}' || c == ',' || c == '|' || c == ' ') {
      finish();
    } else if (is_name_char(c) || c == ':' || c == '.') {
      name += c;
    } else if (c != '"' && c != '(' && c != ')') {
      return {};
    }
  }
  finish();
  return all ? verbs : std::vector<std::string>();
}

}  // namespace banyan::evidence
