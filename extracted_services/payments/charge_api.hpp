// The endpoints that the bank has a part in: charges, which the order-fulfilment saga calls, and refunds.
#pragma once
#include "extracted_services/service/api.hpp"

#include <functional>

namespace banyan::payments {

// How the api tells that there is something to ask of the bank; false: no bank is configured.
using WakeBank = std::function<bool()>;

void add_charges(service::Api& api, const WakeBank& wake);

}  // namespace banyan::payments
