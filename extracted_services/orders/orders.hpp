// The orders service: what was ordered and how far it is. Taken out of the monolith's orders module; answers
// the reads of /api/orders with the same bytes.
//
// The monolith's writes (POST /api/orders, POST /api/orders/{id}/cancel) also price, take stock and move
// money in one transaction, so they are not declared here: below /v1 stand the order's own steps, of which a
// saga makes the whole.
#pragma once
#include "extracted_services/service/program.hpp"

namespace banyan::orders {

service::Definition definition();

}  // namespace banyan::orders
