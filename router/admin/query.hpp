// Percent-encoding and the parameters of a query. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace banyan::admin {

// %41 and + are decoded; a broken escape stays as it is.
std::string decode(std::string_view text);
// "a=1&b" -> (a, 1), (b, "")
void each_parameter(std::string_view query, const std::function<void(std::string, std::string)>& take);

}  // namespace banyan::admin
