// What orders have taken from the inventory service, and what it has still to be told.
//
//   place:    line in the hold log -> hold at the service -> row in stock_holds, in the order's transaction
//   paid, cancelled:                  the row says what is wanted, in that transaction
//   afterwards, by a thread:          a logged hold without a row is given back; what is wanted is told
//
// (1) The service hears nothing that a rolled-back transaction wanted, except a hold, and that is given back.
// (2) Telling is repeated until the service has answered; the second time nothing more happens.
// (3) A hold that was given back can never be held any more, even if it arrives late.
#pragma once

#include "core/intent_log.hpp"
#include "core/remote.hpp"
#include "core/repeater.hpp"
#include "inventory/stock_port.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace shop::inventory {

class RemoteHolds {
 public:
  RemoteHolds(core::RemoteService& service, const std::string& log_path);

  // All three within a transaction.
  void hold(const std::string& order_number, const std::vector<orders::OrderItem>& lines);
  void sold(const std::string& order_number) { want(order_number, "sold"); }
  void returned(const std::string& order_number) { want(order_number, "returned"); }

 private:
  struct Owed {
    std::string order_ref, key, wanted, trace;
  };
  void want(const std::string& order_number, const std::string& wanted);
  bool give_back_orphans();
  bool tell_wanted();
  bool tell(const Owed& owed);
  void tell_sold(const Owed& owed);
  void tell_returned(const Owed& owed);
  std::vector<Reservation> reservations(const Owed& owed);

  core::RemoteService& service_;
  std::mutex mutex_;  // of the log
  core::IntentLog log_;
  core::Repeater repeater_;  // last: it uses the others
};

// Rows of the service's JSON.
Reservation to_reservation(const core::json::object& row);
std::vector<Reservation> to_reservations(const core::json::value& answer);

}  // namespace shop::inventory
