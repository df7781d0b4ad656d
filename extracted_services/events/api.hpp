// What an operator sees of a service's events, and what can be done about one that is parked.
//
//   GET  /v1/events/outbox                what was told, what still waits
//   GET  /v1/events/inbox                 what is followed, how far, and what is parked
//   GET  /v1/events/parked                events that wait, and why
//   POST /v1/events/parked/{id}/replay    {"who", "why"}: apply it now, and what waits behind it
//   POST /v1/events/parked/{id}/skip      {"who", "why"}: give it up for good
//   GET  /v1/events/audit                 who did which of the two
#pragma once
#include "extracted_services/events/following.hpp"
#include "extracted_services/inbox/consumer.hpp"
#include "extracted_services/outbox/relay.hpp"
#include "extracted_services/service/api.hpp"

#include <functional>
#include <optional>

namespace banyan::events {

// How relay and consumers are doing; nothing: there is no log. Any thread.
struct Doing {
  std::function<std::optional<outbox::Relay::Status>()> relay;
  std::function<std::optional<inbox::Consumer::Status>(const std::string& topic)> consumer;
};

void add_endpoints(service::Api& api, const Followings& follows, const Doing& doing);

}  // namespace banyan::events
