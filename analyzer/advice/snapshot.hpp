// Graph, evidence and grouping as bytes, so that what-if need not read facts and SQL again.
//
//   "BANYAN-SNAPSHOT 1\n" strings records     strings := count { length bytes }, records as in snapshot.cpp
//   numbers are LEB128; a string is its index in the table; a real number is its eight bytes, little endian
//
// Same values, same bytes. Reading checks every step: damage is an error, never a crash.
#pragma once

#include "analyzer/advice/findings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace banyan::advice {

struct Snapshot {
  graph::Graph graph;
  evidence::Evidence evidence;
  contexts::Options options;          // hints.previous holds the names
  std::vector<std::uint32_t> groups;  // context per component
  std::vector<double> stability;      // the same
};

Snapshot snapshot_of(const Subject& subject, const contexts::Options& options);
std::string write_snapshot(const Snapshot& snapshot);
std::optional<Snapshot> read_snapshot(std::string_view bytes);

// The contexts as they were when it was written.
contexts::Result contexts_of(const Snapshot& snapshot);

}  // namespace banyan::advice
