// The log on Kafka, through librdkafka's C interface.
//
// Partition by our own hash (the one Kafka's Java client uses), idempotent producer, all replicas. The
// consumer group gives the assignment and nothing else: positions are the consumer's, offsets are never
// committed to the broker. No transactions: the sequence check of the inbox does their work. A hole in the
// offsets, or a position that retention has passed, is an error and never skipped.
#pragma once
#include "extracted_services/event_log/log.hpp"

#include <memory>
#include <string>

namespace banyan::event_log {

struct KafkaLogOptions {
  std::string brokers;  // "host:port,host:port"
  std::chrono::milliseconds append_timeout{10'000};
  std::chrono::milliseconds session{10'000};  // a member not heard of for this long loses its partitions
};

std::unique_ptr<Log> kafka_log(KafkaLogOptions options);

}  // namespace banyan::event_log
