// Placing an order as a whole, and the console of its sagas.
//
//   POST /v1/fulfilments   {"order": {...}, "payment": {"method", "token"}} -> the pending order and its saga
#pragma once
#include "extracted_services/orders/fulfilment.hpp"
#include "extracted_services/service/companion.hpp"

namespace banyan::orders {

// Tables, options of `run`, endpoints, the console and the courier. `port`: where the console looks for the
// service unless told otherwise.
std::unique_ptr<service::Companion> make_fulfilment_companion(std::uint16_t port);

}  // namespace banyan::orders
