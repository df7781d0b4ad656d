#include <ostream>

#include "yard/ledger.h"

namespace depot::yard {

bool parse(std::string_view text, Slot& slot) noexcept {
  slot.plate = std::string(text.substr(0, text.find(' ')));
  return !slot.plate.empty();
}

void print(std::ostream& out, const std::vector<Slot>& slots) {
  for (const Slot& slot : slots) out << slot.plate << '\n';
}

}  // namespace depot::yard
