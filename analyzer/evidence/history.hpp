// Which files change together. From `git log --numstat -z -M --no-merges --format=%x01%H`, newest first: a commit
// that touches n files of the program adds 1/(n-1) to each of its pairs, so that each of its files shares out one
// change, and a reformatting of everything says next to nothing. Commits of more than 50 files are only counted.
// Renamed files keep their history. Pure.
#pragma once

#include "analyzer/evidence/evidence.hpp"

#include <set>
#include <string_view>

namespace banyan::evidence {

inline constexpr std::size_t largest_commit = 50;  // files of the program
inline constexpr std::size_t shortest_history = 20;  // commits; below, nothing is concluded

struct Commit {
  std::string hash;
  std::vector<std::string> files;  // by the names they have now, sorted
};

// What does not read as git's output is skipped.
std::vector<Commit> parse_history(std::string_view log);

// Pairs that changed together at least twice. Adds to `co_changes` and `history`.
void find_co_changes(const std::vector<Commit>& commits, const std::set<std::string>& program, Evidence& into);

}  // namespace banyan::evidence
