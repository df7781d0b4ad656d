// "Did you mean": the nearest of some known words. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banyan::cli {

// Empty when nothing is near enough.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace banyan::cli
