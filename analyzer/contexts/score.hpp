// How alike two groupings of the same items are. Both are group numbers per item, any numbering.
#pragma once

#include "analyzer/contexts/network.hpp"

namespace banyan::contexts {

// Adjusted Rand index (Hubert, Arabie): 1 for equal groupings, about 0 for chance, may be negative.
double adjusted_rand_index(const Groups& a, const Groups& b);

// MoJoFM (Wen, Tzerpos), 0..100: how few moves and joins turn `found` into `truth`, against the worst case.
// Not symmetric.
double mojo_fm(const Groups& found, const Groups& truth);

// Items that must move when each group of one side becomes at most one group of the other, chosen for the
// fewest moves (an assignment problem). Symmetric.
std::uint32_t moves(const Groups& a, const Groups& b);

// a2a (Le, Behnamghader, Garcia, Link, Shahbazian, Medvidovic 2015), 0..100, for two groupings of the same
// items: 1 - (moves + groups added or removed) / (what building both from nothing costs: a group each, an add
// and a move an item). Symmetric; even chance pairs score above 50.
double a2a(const Groups& a, const Groups& b);

// c2c coverage (Garcia, Ivkovic, Medvidovic 2013), 0..100: the share of the groups of `truth` for which some
// group of `found` has |common| / max(size, size) > threshold. Direction: truth covered by found.
double c2c_coverage(const Groups& found, const Groups& truth, double threshold);

// Share of groups of `found` that lie wholly in one group of `truth`: tells splitting too finely from mixing.
double nested_share(const Groups& found, const Groups& truth);

}  // namespace banyan::contexts
