// Header fields renamed, removed and set, in this order. Pure; any thread. The fields refer to the rules afterwards.
#pragma once

#include "router/http/fields.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::translate {

struct HeaderRules {
  std::vector<std::pair<std::string, std::string>> rename;  // from, to; value and repetition stay
  std::vector<std::string> remove;
  std::vector<std::pair<std::string, std::string>> set;  // replaces all of that name
  bool empty() const { return rename.empty() && remove.empty() && set.empty(); }
};

void apply_rules(const HeaderRules& rules, http::Fields& fields);

void drop_fields(http::Fields& fields, std::string_view name);

// Empty, or why rules may not name this field: it is no name, or framing and forwarding depend on it.
std::string header_name_problem(std::string_view name);
std::string header_value_problem(std::string_view value);

}  // namespace banyan::translate
