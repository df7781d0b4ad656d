// What the bank says to a card token. No state, no I/O.
#pragma once

#include <cstdint>
#include <string>

namespace shop::payments {

// Throws ApiError 402 payment_declined when the bank would say no.
void authorize(const std::string& method, const std::string& token, std::int64_t amount_cents);

// Environment SHOP_FRAUD_LIMIT_CENTS; orders print it, payments enforce it.
std::int64_t fraud_limit_cents();

}  // namespace shop::payments
