// What the page's script draws from: numbers packed as little-endian base64, and the lines that prove each
// pair.
#pragma once

#include "analyzer/report/report.hpp"

#include <string>
#include <vector>

namespace banyan::report {

// {"names": component paths in matrix order, "contexts": names, "wide": whether node numbers take 4 bytes,
//  "group", "lines": u16 a node, "x", "y": u16 a node, 0..65535 over the same scale,
//  "degree": u16 or u32 a node, how many pairs begin there, "to": u16 or u32 a pair,
//  "count", "weight": u16 a pair (weight: square root of the share of the heaviest)}
// Pairs are sorted by (from, to); all kinds of edges of a pair are one.
std::string graph_data(const Input& input);

// {"files": paths, "pairs": for each pair of graph_data its kinds, then places:
// "kinds\nfile\tline\tsnippet\n..."}
std::string evidence_data(const Input& input);

std::string base64(const std::vector<std::uint8_t>& bytes);

}  // namespace banyan::report
