// Owners for what librdkafka gives out. Internal to this folder.
#pragma once
#include "extracted_services/event_log/log.hpp"

#include <librdkafka/rdkafka.h>

#include <array>
#include <memory>
#include <string>

namespace banyan::event_log {

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* handle) const {
    destroy(handle);
  }
};

using KafkaHandle = std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>>;
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, Destroy<rd_kafka_conf_destroy>>;
using KafkaPartitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy<rd_kafka_topic_partition_list_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;

inline void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(conf, name, value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK)
    throw LogError("Kafka setting " + std::string(name) + ": " + error.data(), true);
}

// Takes the settings over.
inline KafkaHandle make(rd_kafka_type_t type, KafkaConf conf) {
  std::array<char, 512> error{};
  KafkaHandle made(rd_kafka_new(type, conf.get(), error.data(), error.size()));
  if (!made) throw LogError(std::string("Kafka: ") + error.data());
  static_cast<void>(conf.release());
  return made;
}

}  // namespace banyan::event_log
