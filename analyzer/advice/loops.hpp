// Where loops stand in a source text, by its tokens alone: comments, strings and preprocessor lines are skipped,
// macros are not expanded. Internal to advice/.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace banyan::advice {

struct Loop {
  std::uint32_t first = 0;  // line of its keyword
  std::uint32_t last = 0;   // line of the end of its body
};

std::vector<Loop> find_loops(std::string_view text);

}  // namespace banyan::advice
