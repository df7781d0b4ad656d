#include "extracted_services/event_log/open_log.hpp"

#include "extracted_services/event_log/http_log.hpp"
#ifdef BANYAN_KAFKA
#include "extracted_services/event_log/kafka_log.hpp"
#endif

namespace banyan::event_log {

std::unique_ptr<Log> open_log(const std::string& address) {
  constexpr std::string_view kafka = "kafka://";
  if (!address.starts_with(kafka)) return http_log({.url = address});
#ifdef BANYAN_KAFKA
  return kafka_log({.brokers = address.substr(kafka.size())});
#else
  throw std::invalid_argument(address + ": this build has no Kafka client; install librdkafka-dev and build again");
#endif
}

}  // namespace banyan::event_log
