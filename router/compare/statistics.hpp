// Bounds of a share. Pure; any thread.
#pragma once

#include <cstddef>
#include <utility>

namespace banyan::compare {

// Wilson's score interval of `hits` of `all` (E. B. Wilson 1927); z is the normal quantile, 2.576 for 99 %.
std::pair<double, double> wilson(std::size_t hits, std::size_t all, double z = 2.5758);

}  // namespace banyan::compare
