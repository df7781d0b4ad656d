// The log behind an address, as it stands on a command line.
#pragma once
#include "extracted_services/event_log/log.hpp"

namespace banyan::event_log {

// http://HOST:PORT is banyan-log, kafka://HOST:PORT[,HOST:PORT] a Kafka cluster. Throws std::invalid_argument
// with words for anything else, and for Kafka if this build has no librdkafka.
std::unique_ptr<Log> open_log(const std::string& address);

}  // namespace banyan::event_log
