#include "extracted_services/inbox/decide.hpp"

#include "extracted_services/safety/rules.hpp"

namespace banyan::inbox {
using safety::holds;
using safety::Rule;

Decision decide(const KeyState& key, std::int64_t sequence) {
  if (sequence <= key.last || key.this_one_is_parked)
    return holds(Rule::drop_repeats) ? Decision::drop : Decision::apply;
  if (key.next_is_parked) return holds(Rule::hold_back_followers) ? Decision::park_behind : Decision::apply;
  if (sequence == key.last + 1) return Decision::apply;
  return holds(Rule::park_on_gap) ? Decision::park_gap : Decision::apply;
}

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::apply:
      return "apply";
    case Decision::drop:
      return "drop";
    case Decision::park_gap:
      return "gap";
    case Decision::park_behind:
      break;
  }
  return "behind";
}

}  // namespace banyan::inbox
