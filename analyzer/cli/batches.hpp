// Which units share a parse. Pure: the order of the batches is for balance only and never shows in a result.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace banyan::cli {

// `keys[i]` is the merge key of the i-th unit; an empty one stands alone. Units of one key, in order, at most
// `largest` a batch, and small enough that every job gets work. Large batches first.
std::vector<std::vector<std::size_t>> batches(const std::vector<std::string>& keys, std::size_t largest,
                                              unsigned jobs);

// The units of shard `index` (from 1) of `count`: neighbours in the sorted list, so that they share headers.
struct Shard {
  std::size_t index = 1;
  std::size_t count = 1;
};
bool parse_shard(const std::string& text, Shard& out);  // "3/16"
std::vector<std::size_t> shard_units(std::size_t total, const Shard& shard);

}  // namespace banyan::cli
