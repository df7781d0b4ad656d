// What the bank says to a charge, as the monolith's stand-in for it did. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace banyan::payments {

inline constexpr std::int64_t fraud_limit_cents = 500'000;

// Nothing: accepted. Else why not, in the bank's words. Only cards have a token.
std::optional<std::string_view> refusal(std::string_view method, std::string_view token,
                                        std::int64_t amount_cents);

}  // namespace banyan::payments
