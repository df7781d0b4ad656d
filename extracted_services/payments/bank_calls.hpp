// What is to be asked of the bank, from the tables of charges and of refunds (bank_refunds.hpp), and what its answers mean.
//
// No answer means that nobody knows: the bank is asked by key what has become of the charge. If it does not
// know the key, the charge is sent again under the same key, which the bank knows if the first one was only
// late.
#pragma once
#include "extracted_services/courier/work.hpp"
#include "router/resilience/retry.hpp"

namespace banyan::payments {

inline constexpr std::chrono::milliseconds bank_deadline{2000};
inline constexpr resilience::RetryRule bank_patience{.base = std::chrono::milliseconds(50),
                                                     .cap = std::chrono::milliseconds(2000)};

// A text member of the answer's JSON; empty when there is none.
std::string text_of(const client::Answer& answer, std::string_view member);

class BankCalls : public courier::Work {
 public:
  std::vector<courier::Parcel> due(store::Connection& db, courier::Millis now, std::size_t limit) override;
  void answered(store::Connection& db, const courier::Parcel& parcel, const client::Result& result,
                courier::Millis now, std::uint64_t random) override;
  std::optional<courier::Millis> next(store::Connection& db) override;
};

}  // namespace banyan::payments
