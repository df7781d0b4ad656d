// Where contexts need each other in a circle: the cheapest uses to give up, as concrete edits.
//
// Each use of another context is planned as the cheapest edit that fits; what a direction costs is the sum of its
// edits; the set of directions to cut is a minimum weight feedback arc set (graph::feedback_arcs, exact up to
// graph::feedback_exact contexts). Shared kernels and tests are left out: they may be used by all. Pure.
#pragma once

#include "analyzer/advice/findings.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::advice {

enum class EditKind : std::uint8_t { forward_declare, move_function, move_type, move_file, pass_value, invert, compose };
std::string_view to_string(EditKind kind);
double cost_of(EditKind kind);

struct ContextEdit {
  EditKind kind = EditKind::invert;
  std::string what;      // qualified name or path
  std::string sentence;  // what to do
  Location at;           // where it is declared; the file for move_file
  std::vector<Location> sites;
};

struct ContextCut {
  std::string from, to;  // from no longer uses to
  std::vector<ContextEdit> edits;
  double cost = 0;
};

struct ContextCyclePlan {
  std::vector<std::string> contexts;  // of the cycle, sorted
  std::vector<ContextCut> cuts;
  double cost = 0;
  bool exact = true;
};

// Subject::program must be set.
std::vector<ContextCyclePlan> plan_context_cuts(const Subject& subject);
std::string describe(const ContextCyclePlan& plan);  // a sentence

}  // namespace banyan::advice
