// Goods held for an order under the caller's key, all lines or none: what a saga's steps ask for. Every
// function may be called again with the same key and then changes nothing more, in whatever order calls
// arrive. In the transaction of the caller, on the writer thread.
//
//   (none) -> held -> committed          refused: out of stock, remembered with the key
//      \         \--> released
//       \-----------> released           tombstone: the release came first, a late hold is refused
#pragma once
#include "extracted_services/inventory/stock.hpp"

#include <string>
#include <vector>

namespace banyan::inventory {

struct Line {
  std::int64_t product_id = 0;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(Line, (), (product_id, quantity))

struct Hold {
  std::string key;
  std::string order_ref;
  std::string status;
  std::vector<Reservation> reservations;
};
BOOST_DESCRIBE_STRUCT(Hold, (), (key, order_ref, status, reservations))

std::optional<Hold> find_hold(store::Connection& db, const std::string& key);
Outcome<Hold> hold(store::Connection& db, const std::string& key, const std::string& order_ref,
                   const std::vector<Line>& lines, const std::string& traceparent = {});
Outcome<Hold> release_hold(store::Connection& db, const std::string& key, const std::string& traceparent = {});
// Sold ones too. Of a key that was never held: as release_hold().
Outcome<Hold> return_hold(store::Connection& db, const std::string& key, const std::string& traceparent = {});
Outcome<Hold> commit_hold(store::Connection& db, const std::string& key, const std::string& traceparent = {});

}  // namespace banyan::inventory
