// "Did you mean": the known word nearest to a mistyped one. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace banyan::service {

// Empty if nothing is near enough to be what was meant.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace banyan::service
