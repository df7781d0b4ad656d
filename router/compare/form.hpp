// A text -> its form: what stands fast, and the numbers, times and random-looking words in between.
//
// "took 12 ms at 2026-01-02T03:04:05Z, id 9f86d081884c7d65" has the form "took # ms at T, id H16" with three slots.
// UUIDs tell their version, hexadecimal and mixed words their length. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace banyan::compare {

struct Slot {
  enum class Kind : std::uint8_t { number, time, token } kind = Kind::number;
  double number = 0;       // time: seconds since 1970, UTC
  std::uint64_t hash = 0;  // token
  bool random = false;     // a token long enough never to come twice by chance
};

struct Form {
  std::uint64_t skeleton = 0;  // hash of what stands fast and of the kinds of the slots
  std::vector<Slot> slots;
  std::uint8_t characters = 0;  // classes seen: 1 lower, 2 upper, 4 digit, 8 space, 16 other, 32 not ASCII, 64 a letter beyond f
  std::size_t size = 0;
  bool word = false;  // one word of at least 8 letters or digits
};

// Beyond `most` slots everything counts as standing fast.
Form form_of(std::string_view text, std::size_t most = 256);

}  // namespace banyan::compare
