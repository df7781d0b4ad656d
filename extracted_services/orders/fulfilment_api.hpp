// Placing an order as a whole, and the console of its sagas.
//
//   POST /v1/fulfilments   {"order": {...}, "payment": {"method", "token"}} -> the pending order and its saga
#pragma once
#include "extracted_services/courier/courier.hpp"
#include "extracted_services/orders/fulfilment.hpp"
#include "extracted_services/saga/engine.hpp"
#include "extracted_services/service/api.hpp"

namespace banyan::orders {

// What the endpoints and the work beside them share.
struct Fulfilments {
  std::string inventory;  // --inventory; empty: not known
  std::string payments;   // --payments
  std::string definition_file;
  // Made when the service begins to run; lives as long as this.
  std::shared_ptr<std::unique_ptr<saga::Engine>> engine = std::make_shared<std::unique_ptr<saga::Engine>>();
  courier::Mailbox mailbox;
};

void add_fulfilments(service::Api& api, const std::shared_ptr<Fulfilments>& fulfilments);
// Options of `run`, the console, the tables and the courier.
void run_fulfilments(service::Definition& definition, const std::shared_ptr<Fulfilments>& fulfilments);

}  // namespace banyan::orders
