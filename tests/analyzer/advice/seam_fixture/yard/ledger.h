#pragma once
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "yard/slots.h"

namespace depot {
namespace yard {

class Ledger {
 public:
  enum class Mode : unsigned char { exact, similar };

  static Ledger& shared();
  const Slot& slot(std::size_t number) const noexcept;
  Slot& slot(std::size_t number);
  std::optional<Slot> find(const std::string& plate, Mode mode = Mode::exact, int tries = 3) const;
  void listen(std::function<void(const Slot&)> listener);

 private:
  std::vector<Slot> slots_;
  std::function<void(const Slot&)> listener_;
};

bool parse(std::string_view text, Slot& slot) noexcept;
void print(std::ostream& out, const std::vector<Slot>&);

}  // namespace yard
}  // namespace depot

double free_share(depot::yard::Ledger::Mode mode);
