#include "core/globals.hpp"

namespace shop::core {

std::atomic<std::uint64_t> g_request_count{0};
std::atomic<bool> g_maintenance_mode{false};
std::atomic<std::int64_t> g_last_order{0};
std::atomic<std::int64_t> g_discount_given_cents{0};

const char* const kVersion = "4.7.2";

}  // namespace shop::core
