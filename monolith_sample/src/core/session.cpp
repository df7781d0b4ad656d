#include "core/session.hpp"

#include "core/database.hpp"
#include "core/http.hpp"

namespace shop::core {

thread_local std::int64_t g_current_account = 0;

SessionCache& SessionCache::instance() {
  static SessionCache cache;
  return cache;
}

Account SessionCache::account(std::int64_t id) {
  {
    std::lock_guard lock(mutex_);
    const auto it = accounts_.find(id);
    if (it != accounts_.end()) return it->second;
  }
  Account account;
  {
    Cursor row = Database::instance().select("SELECT id, name, tier FROM customers WHERE id = ? AND active = 1", id);
    if (!row.next()) throw not_found("customer", id);
    account = {row.integer(0), row.text(1), row.text(2)};
  }
  std::lock_guard lock(mutex_);
  accounts_[id] = account;
  return account;
}

void SessionCache::forget(std::int64_t id) {
  std::lock_guard lock(mutex_);
  accounts_.erase(id);
}

void SessionCache::clear() {
  std::lock_guard lock(mutex_);
  accounts_.clear();
}

}  // namespace shop::core
