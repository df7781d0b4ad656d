// What is to be asked of the bank, from the charges table, and what its answers mean.
//
// No answer means that nobody knows: the bank is asked by key what has become of the charge. If it does not
// know the key, the charge is sent again under the same key, which the bank knows if the first one was only
// late.
#pragma once
#include "extracted_services/courier/work.hpp"

namespace banyan::payments {

class BankCalls : public courier::Work {
 public:
  std::vector<courier::Parcel> due(store::Connection& db, courier::Millis now, std::size_t limit) override;
  void answered(store::Connection& db, const courier::Parcel& parcel, const client::Result& result,
                courier::Millis now, std::uint64_t random) override;
  std::optional<courier::Millis> next(store::Connection& db) override;
};

}  // namespace banyan::payments
