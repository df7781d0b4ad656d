// One thing that stands between a cutover and its next step, as data and in words. Pure; any thread.
#pragma once

#include "router/cutover/gates.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::cutover {

struct Blocker {
  enum class Kind : std::uint8_t {
    held,       // resume first
    plan_done,  // there is no next step
    after,      // another cutover has not come far enough
    hold,       // the step has not lasted long enough
    gate,       // a gate does not pass
    approval,   // somebody has not approved
    frozen,     // a freeze is in force
    kill_file,  // the kill switch is on
    journal,    // the journal cannot be written or trusted
    fleet       // the record of the fleet cannot be read or written
  };
  Kind kind = Kind::gate;
  std::string words;
  std::string about{};      // the gate, the other cutover, who approves
  std::string condition{};  // of a gate
  Verdict verdict = Verdict::insufficient;  // of a gate
  std::uint64_t have = 0, need = 0;         // samples (gate), milliseconds (hold); need 0: nothing to count
  std::string mate{};                       // the cutover in lockstep that it comes from; empty: its own

  bool forceable() const { return kind == Kind::after || kind == Kind::hold || kind == Kind::gate; }
};
std::string_view to_string(Blocker::Kind kind);
// "a; b; c"
std::string words_of(const std::vector<Blocker>& blocks);

}  // namespace banyan::cutover
