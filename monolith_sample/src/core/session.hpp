// Who is asking: a cache of customers by account id, filled from the customers table by the core itself.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace shop::core {

// The account of the request this thread is working on; 0 when there is none.
extern thread_local std::int64_t g_current_account;

struct Account {
  std::int64_t id = 0;
  std::string name;
  std::string tier;
};

class SessionCache {
 public:
  static SessionCache& instance();

  // Throws not_found for a customer that does not exist or is not active.
  Account account(std::int64_t id);
  void forget(std::int64_t id);
  void clear();

 private:
  std::mutex mutex_;
  std::unordered_map<std::int64_t, Account> accounts_;
};

}  // namespace shop::core
