// What to do with an event that arrives, by its sequence alone. Pure.
#pragma once
#include <cstdint>
#include <string_view>

namespace banyan::inbox {

// What a consumer knows of one key of one producer.
struct KeyState {
  std::int64_t last = 0;            // the sequence applied or skipped last
  bool next_is_parked = false;      // last+1 could not be applied: nothing of the key may pass it
  bool this_one_is_parked = false;  // the event that arrives waits already
};

enum class Decision {
  apply,
  drop,         // was applied before, or waits already
  park_gap,     // what comes before it has not been seen yet
  park_behind,  // what comes before it is parked
};

Decision decide(const KeyState& key, std::int64_t sequence);
std::string_view to_string(Decision decision);

}  // namespace banyan::inbox
