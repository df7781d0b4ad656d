#include "gate/barrier.h"

#include "yard/ledger.h"

namespace depot::gate {

bool Barrier::enter(const std::string& plate) {
  auto& ledger = yard::Ledger::shared();
  if (ledger.find(plate, yard::Ledger::Mode::similar)) return true;
  yard::Slot slot;
  if (!yard::parse(plate, slot) || free_share(yard::Ledger::Mode::exact) > 0.9) return ++waiting_, false;
  ledger.slot(static_cast<std::size_t>(yard::open_slots)) = slot;
  yard::log("%s in\n", plate.c_str());
  return true;
}

std::string sign(bool open) { return open ? "open" : "full"; }

}  // namespace depot::gate
