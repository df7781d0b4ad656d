// A service's part in the events: its outbox goes to the log, what it follows comes from there.
//
//   banyan-orders run ... --log http://127.0.0.1:8094     banyan-log
//   banyan-orders run ... --log kafka://127.0.0.1:9092    Kafka
//
// The service tells under its own name as the topic. Without --log its events wait in the outbox and nothing
// is followed; named later, everything is caught up with. Tables, endpoints (events/api.hpp) and metrics come
// with it. The group, and the member of it, is named after the database: each file sees every event, and a
// program that was killed takes its partitions back at once.
#pragma once
#include "extracted_services/events/following.hpp"
#include "extracted_services/service/companion.hpp"

#include <memory>
#include <string>

namespace banyan::events {

std::unique_ptr<service::Companion> make_companion(std::string service, Followings follows);

}  // namespace banyan::events
