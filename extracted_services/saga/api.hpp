// The sagas of a service over HTTP: look at them, and act on one.
//
//   GET  /v1/sagas?status=&parked=1&subject=   newest first
//   GET  /v1/sagas/{id}                        steps, what remains, who holds what, operators' acts
//   POST /v1/sagas/{id}/retry                  {"who", "reason"}: do not wait, try now
//   POST /v1/sagas/{id}/compensate             {"who", "reason"}: turn back, if there is a way back
#pragma once
#include "extracted_services/saga/engine.hpp"
#include "extracted_services/service/api.hpp"

#include <functional>

namespace banyan::saga {

// `engine` is there when the first write comes, and `wake` tells its courier.
void add_endpoints(service::Api& api, const std::shared_ptr<std::unique_ptr<Engine>>& engine,
                   const std::function<bool()>& wake);

Millis wall_clock();

}  // namespace banyan::saga
