// Which of several endpoints a request goes to. Three balancers over one view of a group:
//
//   round_robin     one after the other
//   least_requests  the less loaded of two drawn at random (M. Mitzenmacher, "The Power of Two Choices", 2001)
//   hash            the same key to the same endpoint while that one is usable; rendezvous hashing (D. Thaler and
//                   C. Ravishankar, 1998), so an endpoint that goes moves only its own keys
//
// Endpoints that are down are passed over unless all are: then any untried one is used, because a wrong health path
// must not take a site down. An endpoint in its slow start is chosen as often as its weight says (not by hash: keys
// stay put). Pure: randomness and the clock are arguments; no allocation.
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace banyan::resilience {

enum class Balance : std::uint8_t { round_robin, least_requests, hash };
std::string_view to_string(Balance balance);

inline constexpr std::uint32_t nobody = 0xffffffff;

// The endpoints that failed for one request, by index.
class Tried {
 public:
  void add(std::uint32_t index) {
    if (count_ < indices_.size()) indices_[count_++] = index;
  }
  bool has(std::uint32_t index) const { return std::find(indices_.begin(), indices_.begin() + count_, index) != indices_.begin() + count_; }
  bool full() const { return count_ == indices_.size(); }
  std::uint32_t count() const { return count_; }
  void clear() { count_ = 0; }

 private:
  std::array<std::uint32_t, 16> indices_{};
  std::uint32_t count_ = 0;
};

// Share of its traffic that an endpoint gets so long after it came: from a tenth, growing evenly to the whole.
double slow_start_weight(std::chrono::milliseconds window, std::int64_t came_ms, std::int64_t now_ms);

// 64 bits of any text, the same in every process; not for secrets.
std::uint64_t hash_text(std::string_view text);
// How much endpoint `seed` wants key `key`.
std::uint64_t rendezvous(std::uint64_t key, std::uint64_t seed);
// The next of a sequence of random numbers.
std::uint64_t next_random(std::uint64_t& state);

// Source gives, for index i below size(): usable(i), weight(i) in (0, 1], load(i), seed(i).
template <class Source>
std::uint32_t pick_round_robin(const Source& source, std::uint32_t& cursor, const Tried& tried, std::uint64_t random) {
  const std::uint32_t size = source.size();
  std::uint32_t slow = nobody, down = nobody;
  for (std::uint32_t step = 0; step < size; ++step) {
    const auto at = (cursor + step) % size;
    if (tried.has(at)) continue;
    if (!source.usable(at)) {
      if (down == nobody) down = at;
      continue;
    }
    const double weight = source.weight(at);
    if (weight >= 1 || static_cast<double>(next_random(random) >> 11) * 0x1.0p-53 < weight) {
      cursor = (at + 1) % size;
      return at;
    }
    if (slow == nobody) slow = at;
  }
  const auto last = slow != nobody ? slow : down;
  if (last != nobody) cursor = (last + 1) % size;
  return last;
}

template <class Source>
std::uint32_t pick_least_requests(const Source& source, std::uint32_t& cursor, const Tried& tried, std::uint64_t random) {
  const std::uint32_t size = source.size();
  const auto draw = [&]() -> std::uint32_t {
    // A few draws find two usable ones in any group that is mostly up; else the walk below does.
    for (int i = 0; i < 4; ++i) {
      const auto at = static_cast<std::uint32_t>(next_random(random) % size);
      if (!tried.has(at) && source.usable(at)) return at;
    }
    return nobody;
  };
  if (size < 2) return pick_round_robin(source, cursor, tried, random);
  const auto one = draw();
  auto other = draw();
  for (int i = 0; i < 3 && other == one; ++i) other = draw();
  if (one == nobody || other == nobody) return pick_round_robin(source, cursor, tried, random);
  const double load_one = (source.load(one) + 1.0) / source.weight(one);
  const double load_other = (source.load(other) + 1.0) / source.weight(other);
  return load_other < load_one ? other : one;
}

template <class Source>
std::uint32_t pick_by_hash(const Source& source, std::uint64_t key, const Tried& tried) {
  std::uint32_t best = nobody, best_down = nobody;
  std::uint64_t most = 0, most_down = 0;
  for (std::uint32_t at = 0; at < source.size(); ++at) {
    if (tried.has(at)) continue;
    const auto wish = rendezvous(key, source.seed(at));
    const bool usable = source.usable(at);
    auto& bound = usable ? most : most_down;
    auto& chosen = usable ? best : best_down;
    if (chosen == nobody || wish > bound) bound = wish, chosen = at;
  }
  return best != nobody ? best : best_down;
}

}  // namespace banyan::resilience
