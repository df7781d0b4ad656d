#include <iostream>

#include "gate/barrier.h"
#include "yard/ledger.h"

namespace depot::gate {

void show() {
  const yard::Ledger& ledger = yard::Ledger::shared();
  std::vector<yard::Slot> slots{ledger.slot(0), ledger.slot(1)};
  yard::sort(slots.data(), slots.size());
  yard::print(std::cout, slots);
  if (const auto* most = yard::largest(slots)) std::cout << most->plate << sign(true);
  yard::Ledger::shared().listen([](const yard::Slot& slot) { std::cout << slot.plate; });
}

}  // namespace depot::gate
