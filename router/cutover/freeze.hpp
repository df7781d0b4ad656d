// A freeze: nothing of a cutover, or of all of them, may go on until it is thawed or its time is over. Going back is
// never frozen. It lives in the journal, as a record that leaves the state as it is. Pure; time arrives as an argument.
#pragma once

#include "router/cutover/record.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace banyan::cutover {

inline constexpr const char* every_cutover = "*";

struct Freeze {
  std::string who, why;
  std::string since;
  std::string until;  // RFC 3339, UTC; empty: until it is thawed
  bool operator==(const Freeze&) const = default;
};
using Freezes = std::map<std::string, Freeze>;  // by cutover, or every_cutover

bool in_force(const Freeze& freeze, std::chrono::system_clock::time_point now);
// "frozen by ada until 2026-12-01T08:00:00.000Z: release week"
std::string describe(const Freeze& freeze);

// The evidence of the records that freeze and thaw, and what such a record does to the freezes before it.
std::string freeze_evidence(const std::string& until);
std::string thaw_evidence();
void follow(Freezes& freezes, const Record& record);

// Does a step from one state to the other move anything towards the new side?
bool goes_on(const State& before, const State& after);

}  // namespace banyan::cutover
