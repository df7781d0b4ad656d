#include "router/resilience/balance.hpp"

namespace banyan::resilience {
namespace {

std::uint64_t mix(std::uint64_t z) {  // SplitMix64's finalizer (S. Vigna)
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

}  // namespace

std::string_view to_string(Balance balance) {
  switch (balance) {
    case Balance::round_robin: return "round_robin";
    case Balance::least_requests: return "least_requests";
    case Balance::hash: return "hash";
  }
  return "?";
}

double slow_start_weight(std::chrono::milliseconds window, std::int64_t came_ms, std::int64_t now_ms) {
  constexpr double least = 0.1;
  if (window.count() <= 0 || came_ms == 0) return 1;
  const auto age = static_cast<double>(now_ms - came_ms) / static_cast<double>(window.count());
  return std::clamp(age, least, 1.0);
}

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return mix(hash);
}

std::uint64_t rendezvous(std::uint64_t key, std::uint64_t seed) { return mix(key ^ mix(seed + 0x9e3779b97f4a7c15u)); }

std::uint64_t next_random(std::uint64_t& state) { return mix(state += 0x9e3779b97f4a7c15u); }

}  // namespace banyan::resilience
