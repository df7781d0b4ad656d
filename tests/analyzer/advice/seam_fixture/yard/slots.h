#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace depot {
inline namespace v2 {
namespace yard {

struct Owner;
enum Size { small, large };

struct Slot {
  std::string plate;
  Size size = small;
  std::vector<int> history;
  Owner* owner = nullptr;
  bool operator<(const Slot& other) const { return plate < other.plate; }
};

extern int open_slots;
constexpr int kMost = 40;

void sort(Slot* first, std::size_t count, int (*compare)(const Slot&, const Slot&) = nullptr);
void log(const char* format, ...);

template <class Range>
const Slot* largest(const Range& range) {
  const Slot* found = nullptr;
  for (const auto& slot : range)
    if (found == nullptr || found->size < slot.size) found = &slot;
  return found;
}

}  // namespace yard
}  // namespace v2
}  // namespace depot
