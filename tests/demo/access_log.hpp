// Reads the router's access log as a witness: which side answered which caller, and when.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace banyan::demo {

struct Answered {
  std::string cutover;
  std::string side;   // legacy, new
  std::string stage;
  std::int64_t bucket = -1;
  int status = 0;
};

// Complete lines only: the router may be writing the last one.
std::vector<Answered> read_access_log(const std::filesystem::path& log);

struct Flips {
  std::uint64_t callers = 0;       // distinct cohort buckets seen
  std::uint64_t moved_to_new = 0;  // buckets that went legacy -> new
  std::uint64_t moved_back = 0;    // buckets that went new -> legacy: must be 0 while the weight rises
};

// Looks at the entries [from, to) of one cutover, in order.
Flips count_flips(const std::vector<Answered>& log, std::size_t from, std::size_t to, const std::string& cutover);

}  // namespace banyan::demo
