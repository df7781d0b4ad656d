#include "yard/ledger.h"

#include <utility>

namespace depot::yard {

Ledger& Ledger::shared() {
  static Ledger ledger;
  return ledger;
}

const Slot& Ledger::slot(std::size_t number) const noexcept { return slots_[number]; }
Slot& Ledger::slot(std::size_t number) {
  if (number >= slots_.size()) slots_.resize(number + 1), ++open_slots;
  return slots_[number];
}

std::optional<Slot> Ledger::find(const std::string& plate, Mode mode, int) const {
  for (const Slot& one : slots_)
    if (one.plate == plate || (mode == Mode::similar && one.plate.find(plate) != std::string::npos)) return one;
  return std::nullopt;
}

void Ledger::listen(std::function<void(const Slot&)> listener) { listener_ = std::move(listener); }

}  // namespace depot::yard

double free_share(depot::yard::Ledger::Mode) { return depot::yard::open_slots / double(depot::yard::kMost); }
