#include "analyzer/rules/rules.hpp"

#include <set>

namespace banyan::rules {
namespace {

// "include, call shop::f, shop::g and 3 more"
std::string uses(const std::vector<Site>& sites) {
  std::set<std::string> seen;
  std::string out;
  std::size_t more = 0;
  for (const Site& site : sites) {
    const std::string one = site.kind == "include" ? site.kind : site.kind + " " + site.what;
    if (!seen.insert(one).second) continue;
    if (seen.size() > 3)
      ++more;
    else
      out += (out.empty() ? "" : ", ") + one;
  }
  return more == 0 ? out : out + " and " + std::to_string(more) + " more";
}

}  // namespace

std::string_view to_string(Severity severity) {
  static constexpr std::string_view names[] = {"ignore", "info", "warning", "error"};
  return names[static_cast<std::size_t>(severity)];
}

std::string sentence(const Violation& violation) {
  const Key& key = violation.key;
  switch (violation.law) {
    case Law::forbidden:
      return key.from + " must not use " + key.to + " (" + uses(violation.sites) + ")";
    case Law::allowed:
      return key.from + " may not use " + key.to + " (" + uses(violation.sites) + ")";
    case Law::required:
      return key.from + " uses nothing of what this rule requires";
  }
  return {};
}

}  // namespace banyan::rules
