// The endpoints of holds: what the order-fulfilment saga calls.
#pragma once
#include "extracted_services/service/api.hpp"

namespace banyan::inventory {

void add_holds(service::Api& api);

}  // namespace banyan::inventory
