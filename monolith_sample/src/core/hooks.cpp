#include "core/hooks.hpp"

namespace shop::core {

Hooks& Hooks::instance() {
  static Hooks hooks;
  return hooks;
}

void Hooks::clear() { *this = Hooks(); }

void fire(const std::vector<Hooks::OrderHook>& hooks, std::int64_t order_id) {
  for (const auto& hook : hooks) hook(order_id);
}

}  // namespace shop::core
