// A pointer, a pointer, a path template and a body, on a line each: parsed, applied, undone, filled in.
#include "router/translate/translation.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <algorithm>

namespace {

std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const auto line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace banyan;
  using translate::JsonErrc;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  translate::JsonStep step;
  const bool at_good = translate::parse_pointer(take_line(rest), step.at).empty();
  const bool good = translate::parse_pointer(take_line(rest), step.to).empty() && at_good;
  translate::PathTemplate wanted;
  matching::PathPattern pattern;
  matching::parse_path("/a/{id}/**", pattern);
  if (!translate::parse_template(take_line(rest), wanted))
    if (const auto target = translate::expand(wanted, pattern, "/a/b/c/d", rest.substr(0, 64)))
      if (!target->starts_with('/')) std::abort();
  std::string there, back;
  if (translate::apply({}, rest, there) == JsonErrc::ok && !translate::is_json(there)) std::abort();
  if (!good || !translate::step_problem(step).empty()) return 0;
  const translate::JsonMap map{step};
  if (translate::apply(map, rest, there) != JsonErrc::ok) return 0;
  if (!translate::is_json(there)) std::abort();
  // Objects that stood empty may be gone, so the way back need not give the same bytes; but there is one.
  if (translate::apply(*translate::inverse(map), there, back) == JsonErrc::ok && !translate::is_json(back)) std::abort();
  return 0;
}
