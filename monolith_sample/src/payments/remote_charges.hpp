// What money the payments service has taken for orders, and what it has still to be told.
//
//   charge:  line in the charge log -> charge at the service, asked until the bank has decided -> row in kept_charges,
//            in the order's transaction
//   afterwards, by a thread: a logged charge without a row is cancelled; what is owed back is told
//
// (1) A charge that no order keeps is given back, and can never be made any more, even if it arrives late.
// (2) Money goes back only for what a committed transaction wanted, and once: telling is repeated under one key. What
//     the service refuses for good stays in owed_refunds as 'refused', and in the order's history with the reason.
// (3) An order's number comes again when its transaction is rolled back; before the next charge for it, what was
//     charged under it and is not kept is cancelled.
#pragma once

#include "core/intent_log.hpp"
#include "core/remote.hpp"
#include "core/repeater.hpp"
#include "payments/payment_port.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace shop::payments {

class RemoteCharges {
 public:
  // `patience`: how long an order waits for the bank.
  RemoteCharges(core::RemoteService& service, const std::string& log_path, std::chrono::milliseconds patience);

  struct Owed {
    std::string key;
    Refund refund;
    std::string trace;
  };

  // Both within a transaction. The payment's id.
  std::int64_t charge(const orders::Order& order, const std::string& method, const std::string& token);
  Owed owe(const Refund& wanted);

  // The service's answer; the same when it is told again. Throws payments_unavailable; or what the service says against
  // it: then nothing is owed any more, and the order knows.
  core::json::value tell(const Owed& owed);
  // Tells what is owed of one payment (0: of any). After that, what the service says is left of it counts. False:
  // something could not be told.
  bool tell_untold(std::int64_t payment_id);

 private:
  std::vector<Owed> untold();
  void refused(const Owed& owed, const std::string& why);
  void settle_earlier(std::int64_t order_id);
  bool is_kept(const std::string& key);
  core::json::object decided(const std::string& target, const core::json::object& wish, const std::string& pending);
  void cancel(const std::string& key);
  bool cancel_orphans();
  std::vector<core::Intent> open_charges();

  core::RemoteService& service_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;  // of the log
  core::IntentLog log_;
  core::Repeater repeater_;  // last: it uses the others
};

}  // namespace shop::payments
