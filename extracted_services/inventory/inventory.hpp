// The inventory service: what is in the warehouses, what is promised, what has gone. Taken out of the
// monolith's inventory module; answers its /api/inventory and /api/warehouses with the same bytes, and the
// same below /v1.
#pragma once
#include "extracted_services/service/program.hpp"

namespace banyan::inventory {

service::Definition definition();

}  // namespace banyan::inventory
