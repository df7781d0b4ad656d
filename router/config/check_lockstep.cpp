// What a lockstep group needs: two members at least, the same steps, and nobody that waits for another member.
#include "router/config/loading.hpp"

#include <algorithm>
#include <map>

namespace banyan::config {
namespace {

// The first step at which the plans part, in words; empty when they are the same.
std::string parting(const Cutover& first, const Cutover& second) {
  const auto word = [](const cutover::Plan& plan, std::size_t i) {
    if (i >= plan.size()) return std::string("nothing");
    cutover::State state;
    state.stage = plan[i].stage;
    state.weight = plan[i].weight;
    return describe(state);
  };
  for (std::size_t i = 0; i < std::max(first.plan.size(), second.plan.size()); ++i)
    if (word(first.plan, i) != word(second.plan, i))
      return "step " + std::to_string(i + 1) + " is " + word(second.plan, i) + ", and " + word(first.plan, i) + " at '" +
             first.name + "'";
  return {};
}

void check_members(Context& context, const std::string& group, const std::vector<const Cutover*>& members) {
  const auto place = [](const Cutover& cutover) { return Place{cutover.line, cutover.column, 1}; };
  if (members.size() == 1)
    context.error(place(*members[0]), "'" + members[0]->name + "' is alone in the lockstep group '" + group + "'",
                  "name the group at another cutover as well, or leave `lockstep` out");
  for (const Cutover* member : members) {
    if (const std::string where = parting(*members[0], *member); !where.empty())
      context.error(place(*member), "'" + member->name + "' moves in lockstep '" + group + "', but its plan differs: " + where,
                    "members need the same stages and percentages; gates, hold and approve may differ");
    for (const cutover::After& after : member->after)
      for (const Cutover* other : members)
        if (other->name == after.cutover)
          context.error(place(*member), "'" + member->name + "' comes after '" + other->name + "' and moves in lockstep with it",
                        "one of the two: `after` or `lockstep`");
  }
}

}  // namespace

void check_lockstep(Context& context, const Config& config) {
  std::map<std::string, std::vector<const Cutover*>> groups;
  for (const Cutover& cutover : config.cutovers)
    if (!cutover.lockstep.empty()) groups[cutover.lockstep].push_back(&cutover);
  for (const auto& [group, members] : groups) check_members(context, group, members);
}

}  // namespace banyan::config
