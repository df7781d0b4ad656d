#include "analyzer/rules/rules.hpp"

namespace banyan::rules {
namespace {

// Backtracks at most once per `*` and once per `**`: the last of each is the only one worth retrying.
bool match_here(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    if (pattern.starts_with("**")) {
      pattern.remove_prefix(2);
      if (pattern.starts_with('/') && match_here(pattern.substr(1), text)) return true;  // no folder at all
      for (;; text.remove_prefix(1)) {
        if (match_here(pattern, text)) return true;
        if (text.empty()) return false;
      }
    }
    if (pattern.front() == '*') {
      pattern.remove_prefix(1);
      for (;; text.remove_prefix(1)) {
        if (match_here(pattern, text)) return true;
        if (text.empty() || text.front() == '/') return false;
      }
    }
    if (text.empty() || (pattern.front() == '?' ? text.front() == '/' : pattern.front() != text.front()))
      return false;
    pattern.remove_prefix(1), text.remove_prefix(1);
  }
  return text.empty();
}

}  // namespace

bool matches(std::string_view pattern, std::string_view path) {
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  if (match_here(pattern, path)) return true;
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
    if (match_here(pattern, path.substr(0, slash))) return true;
  return false;
}

}  // namespace banyan::rules
