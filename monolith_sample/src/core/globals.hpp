// Variables of the whole program. Every module may read and write them; nobody remembers who does.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace shop::core {

extern std::atomic<std::uint64_t> g_request_count;
extern std::atomic<bool> g_maintenance_mode;   // set by the admin page, asked by orders and payments
extern std::atomic<std::int64_t> g_last_order;  // set by orders, shown by reporting and notifications

// Orders write it, pricing spends it, reporting clears it.
extern std::atomic<std::int64_t> g_discount_given_cents;

extern const char* const kVersion;

}  // namespace shop::core
