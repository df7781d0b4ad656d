#include "extracted_services/payments/bank_rules.hpp"

namespace banyan::payments {

std::optional<std::string_view> refusal(std::string_view method, std::string_view token,
                                        std::int64_t amount_cents) {
  const bool card = method == "card";
  if (card && !token.starts_with("tok_")) return "unknown card token";
  if (card && token == "tok_declined") return "card declined";
  if (card && token == "tok_insufficient") return "insufficient funds";
  if (amount_cents > fraud_limit_cents) return "amount above the fraud limit";
  return std::nullopt;
}

}  // namespace banyan::payments
