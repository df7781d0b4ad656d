#include "payments/bank.hpp"

#include "core/http.hpp"
#include "core/util.hpp"

#include <cstdlib>

namespace shop::payments {
namespace {

constexpr std::int64_t kDefaultFraudLimit = 500000;

core::ApiError declined(const std::string& why) { return {402, "payment_declined", why}; }

void check_token(const std::string& token) {
  if (!core::starts_with(token, "tok_")) throw declined("unknown card token");
  if (token == "tok_declined") throw declined("card declined");
  if (token == "tok_insufficient") throw declined("insufficient funds");
}

}  // namespace

std::int64_t fraud_limit_cents() {
  const char* text = std::getenv("SHOP_FRAUD_LIMIT_CENTS");
  std::int64_t limit = 0;
  return text != nullptr && core::parse_int(text, limit) ? limit : kDefaultFraudLimit;
}

void authorize(const std::string& method, const std::string& token, std::int64_t amount_cents) {
  if (method == "card") check_token(token);
  if (amount_cents > fraud_limit_cents()) throw declined("amount above the fraud limit");
}

}  // namespace shop::payments
