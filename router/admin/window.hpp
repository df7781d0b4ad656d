// What happened lately: counts since the start become counts of the last half minute to minute. Pure.
#pragma once

#include "router/cutover/gates.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace banyan::admin {

using NumbersByCutover = std::map<std::string, cutover::Numbers>;

struct Recent {
  NumbersByCutover numbers;
  double seconds = 0;
};

// Keeps two points in time, never a history: memory does not grow with how long it looks. One thread at a time.
class Window {
 public:
  explicit Window(std::int64_t now_ms) : older_{{}, now_ms}, newer_{{}, now_ms} {}
  Recent take(const NumbersByCutover& now, std::int64_t now_ms);

 private:
  struct Point {
    NumbersByCutover numbers;
    std::int64_t at_ms = 0;
  };
  Point older_, newer_;
};

// The upper end of the bucket in which this share of the answers lies; 0 without answers.
std::uint64_t quantile_us(const std::vector<std::uint64_t>& buckets, double share, std::uint64_t (*bucket_end_us)(std::size_t));

}  // namespace banyan::admin
