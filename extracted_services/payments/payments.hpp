// The payments service: a ledger of what was authorised, captured and paid back. Taken out of the monolith's
// payments module; answers the reads of /api/payments with the same bytes.
//
// The monolith's writes (POST /api/payments, POST /api/payments/{id}/refund) also change orders and stock, so
// they are not declared here: below /v1 stand the ledger's own steps, of which a saga makes the whole.
#pragma once
#include "extracted_services/service/program.hpp"

namespace banyan::payments {

service::Definition definition();

}  // namespace banyan::payments
