// Which element of one array belongs to which of another, by what they have in common. Internal to compare/.
#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace banyan::compare {

struct Alignment {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;  // ascending by the first
  bool reordered = false;                                  // the second ones do not ascend
  bool better = false;  // explains more than pairing by place does; else it is not worth using
};

// At most `most` elements are looked at on either side; larger arrays are not aligned.
Alignment align(const boost::json::array& a, const boost::json::array& b, std::size_t most = 200);

}  // namespace banyan::compare
