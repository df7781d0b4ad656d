#include "router/cutover/blocker.hpp"

namespace banyan::cutover {

std::string_view to_string(Blocker::Kind kind) {
  switch (kind) {
    case Blocker::Kind::held:
      return "held";
    case Blocker::Kind::plan_done:
      return "plan_done";
    case Blocker::Kind::after:
      return "after";
    case Blocker::Kind::hold:
      return "hold";
    case Blocker::Kind::gate:
      return "gate";
    case Blocker::Kind::approval:
      return "approval";
    case Blocker::Kind::frozen:
      return "frozen";
    case Blocker::Kind::kill_file:
      return "kill_file";
    case Blocker::Kind::journal:
      return "journal";
    case Blocker::Kind::fleet:
      return "fleet";
  }
  return "?";
}

std::string words_of(const std::vector<Blocker>& blocks) {
  std::string text;
  for (const Blocker& block : blocks) text += (text.empty() ? "" : "; ") + block.words;
  return text;
}

}  // namespace banyan::cutover
