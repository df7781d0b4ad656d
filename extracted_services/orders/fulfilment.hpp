// Order fulfilment as a saga owned by the orders: the definition and what its words do here.
//
//   forward   create -> hold -> charge (the pivot) -> confirm and commit, in parallel -> ship
//   back      refund -> release -> cancel
//
// The order is pending, and locked for others, from create to confirm (semantic lock).
#pragma once
#include "extracted_services/orders/order_wish.hpp"
#include "extracted_services/saga/participants.hpp"

#include <string_view>

namespace banyan::orders {

// How the customer pays; a token of the bank, never a card number.
struct PaymentWish {
  std::string method;
  std::optional<std::string> token;
};
BOOST_DESCRIBE_STRUCT(PaymentWish, (), (method, token))

// The saga's input.
struct FulfilmentWish {
  OrderWish order;
  PaymentWish payment;
};
BOOST_DESCRIBE_STRUCT(FulfilmentWish, (), (order, payment))

std::string_view fulfilment_definition();
saga::Participants fulfilment_participants();

// 409 while a saga has this order: its steps would be mixed with somebody else's.
std::optional<service::Fault> locked_by_saga(store::Connection& db, std::int64_t order_id);

}  // namespace banyan::orders
