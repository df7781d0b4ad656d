// A member of a Kafka consumer group. Internal to this folder.
#pragma once
#include "extracted_services/event_log/kafka_log.hpp"

namespace banyan::event_log {

std::unique_ptr<Subscription> kafka_subscription(const KafkaLogOptions& options, const std::string& topic,
                                                 const std::string& group, const std::string& member);

}  // namespace banyan::event_log
