// What would change if files or tables belonged to another context: the full recomputation of everything that
// follows from the grouping, without grouping again.
//
// The before and the after are both described by contexts::describe, so the answer equals a recomputation by
// construction. Names stay. Pure.
#pragma once

#include "analyzer/advice/findings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace banyan::advice {

struct Move {
  std::string what;  // a file's path or a table
  std::string to;    // a context's name or id
};

struct MovesResult {
  std::vector<Move> moves;
  std::string error;  // COLUMN: what is wrong; empty when it worked
  std::size_t column = 0;
};
// "move src/a.cpp to orders, move stock to inventory"; `and`, `,` and `;` separate.
MovesResult parse_moves(std::string_view text);

struct WhatIf {
  contexts::Result after;
  std::vector<std::string> lines;  // what changes, in words
  std::string error;               // no such file, table or context
  std::vector<std::string> names;  // what there is instead, for "did you mean"
};

WhatIf what_if(const Subject& now, const contexts::Options& options, const std::vector<Move>& moves);

}  // namespace banyan::advice
