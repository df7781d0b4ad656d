// How to take a cycle of includes apart: which lines to cut, at least total cost, as edits of text.
//
// An include can go when what its file (and everybody who includes that file) got through it is got another
// way: nothing was needed; a forward declaration is enough; the files that need it include it themselves. Those
// edits are complete, a tool can apply them. Where the file needs full types, the cut is named with what a
// person has to do: move bodies into the source, split the header, or invert the dependency.
//
// Pure: the same program gives the same edits. System headers are not tracked by use; what came through a cut
// include is included in its place.
#pragma once

#include "analyzer/facts/facts.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::advice {

using facts::Location;

enum class CutKind : std::uint8_t { drop, forward_declare, move_bodies, split_header, invert };
std::string_view to_string(CutKind kind);

struct Edit {
  std::string file;
  std::uint32_t line = 0;  // deleted, or inserted after it
  bool remove = false;
  std::string text;  // the line(s), without the last newline
  auto operator<=>(const Edit&) const = default;
};

struct IncludeCut {
  Location at;  // the #include
  std::string target;
  CutKind kind = CutKind::drop;
  double cost = 0;
  std::vector<std::string> work;  // what a person must do, a sentence each; empty when the edits are all
};

struct CyclePlan {
  std::vector<std::string> files;  // of the cycle, sorted
  std::vector<IncludeCut> cuts;
  std::vector<Edit> edits;  // of all cuts together, sorted by (file, line)
  double cost = 0;
  bool exact = true;      // no cheaper set of cuts exists under these costs
  bool estimated = false;  // too large to look at every includer: costs are those of the header alone
};

// `line_of` gives the source line at a place, for `struct` or `class`; may be empty.
std::vector<CyclePlan> plan_include_cuts(const facts::Program& program,
                                         const std::function<std::string(const Location&)>& line_of = {});

std::string describe(const CyclePlan& plan);

// The edits as a patch for `git apply`; `text_of` gives a whole file.
std::string unified_diff(const std::vector<Edit>& edits,
                         const std::function<std::string(const std::string& file)>& text_of);

}  // namespace banyan::advice
