// Where the files stand in the file graph. Pure and deterministic; no randomness.
//
// A context is a disc whose area is its number of files; discs that need each other stand near each other.
// Inside a disc, files that are used only there stand in the middle, files with ties to other contexts at the
// rim, on the side where those ties lead.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace banyan::report {

struct Tie {
  std::uint32_t from = 0, to = 0;  // nodes
  double weight = 0;
};
struct Point {
  double x = 0, y = 0;
};

// One point for each element of `groups`; a group is any number, equal for nodes of one disc.
std::vector<Point> lay_out(const std::vector<std::uint32_t>& groups, const std::vector<Tie>& ties);

}  // namespace banyan::report
