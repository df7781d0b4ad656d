// Whatever is read as a saga definition keeps the promises that the engine builds on, and is a definition of its
// own text.
#include "extracted_services/saga/advance.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace banyan::saga;
  const auto read = parse_definition({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  auto last = Kind::compensatable;
  for (std::size_t i = 0; i < read->steps.size(); ++i) {
    const auto& step = read->steps[i];
    if (step.kind < last || (step.kind == Kind::pivot && i > 0 && last == Kind::pivot)) std::abort();
    if (step.kind == Kind::compensatable && step.compensation.empty()) std::abort();
    for (const auto before : predecessors(*read, i))
      if (before >= i) std::abort();
    last = step.kind;
  }
  const auto again = parse_definition(read->text);
  if (!again || again->hash != read->hash) std::abort();
  const auto moved = advance(*read, begin(*read, 0), Started{}, 0);
  if (moved.commands.empty()) std::abort();
  return 0;
}
