#include "router/config/loading.hpp"

#include <algorithm>
#include <map>

namespace banyan::config {
namespace {

using matching::Rule;

std::string at(const PlacedRule& placed) {
  return placed.label + " in " + std::to_string(placed.place.line) + ":" +
         std::to_string(placed.place.column);
}

void report_tie(Context& context, const PlacedRule& first, const PlacedRule& second) {
  const bool regex =
      second.rule.path.kind == matching::PathKind::regex && first.rule.path.text != second.rule.path.text;
  const std::string what = regex ? "may match the same path and neither is more specific"
                                 : "match the same requests and neither is more specific";
  context.error(second.place, second.label + " and " + at(first) + " overlap: both " + what,
                regex ? "let the expressions begin with different text, or give one a host, method or header"
                      : "change the path, or give one more methods, headers, cookies or query parameters");
}

// Methods that rules of the same shape and higher rank take away.
void report_if_unreachable(Context& context, const PlacedRule& placed,
                           const std::vector<const PlacedRule*>& group) {
  if (placed.rule.methods.empty()) return;
  std::vector<std::string> left = placed.rule.methods;
  for (const PlacedRule* other : group) {
    if (other == &placed || compare_specificity(other->rule, placed.rule) >= 0) continue;
    Rule any_method = other->rule;
    any_method.methods.clear();
    if (!covers(any_method, placed.rule)) continue;
    if (other->rule.methods.empty()) left.clear();
    for (const std::string& method : other->rule.methods) std::erase(left, method);
  }
  if (left.empty())
    context.error(placed.place, placed.label + " is unreachable: more specific rules take all its methods",
                  matching::describe(placed.rule));
}

void check_group(Context& context, const std::vector<const PlacedRule*>& group) {
  for (std::size_t b = 1; b < group.size(); ++b)
    for (std::size_t a = 0; a < b; ++a) {
      const Rule &first = group[a]->rule, &second = group[b]->rule;
      if (compare_specificity(first, second) != 0 || !may_overlap(first, second)) continue;
      report_tie(context, *group[a], *group[b]);
      break;
    }
  for (const PlacedRule* placed : group) report_if_unreachable(context, *placed, group);
}

}  // namespace

void check_rules(Context& context, const std::vector<PlacedRule>& rules) {
  std::map<std::string, std::vector<const PlacedRule*>> groups;
  for (const PlacedRule& placed : rules) groups[matching::shape_key(placed.rule)].push_back(&placed);
  for (const auto& [key, group] : groups) check_group(context, group);
}

}  // namespace banyan::config
