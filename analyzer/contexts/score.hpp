// How alike two groupings of the same items are. Both are group numbers per item, any numbering.
#pragma once

#include "analyzer/contexts/network.hpp"

namespace banyan::contexts {

// Adjusted Rand index (Hubert, Arabie): 1 for equal groupings, about 0 for chance, may be negative.
double adjusted_rand_index(const Groups& a, const Groups& b);

// MoJoFM (Wen, Tzerpos), 0..100: how few moves and joins turn `found` into `truth`, against the worst case.
// Not symmetric.
double mojo_fm(const Groups& found, const Groups& truth);

// Share of groups of `found` that lie wholly in one group of `truth`: tells splitting too finely from mixing.
double nested_share(const Groups& found, const Groups& truth);

}  // namespace banyan::contexts
