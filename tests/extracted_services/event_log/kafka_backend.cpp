#include "tests/extracted_services/event_log/backend.hpp"

#ifdef BANYAN_KAFKA
#include "extracted_services/event_log/kafka_handles.hpp"
#include "extracted_services/event_log/kafka_log.hpp"

#include <librdkafka/rdkafka_mock.h>
#endif

#include <cstdlib>

namespace banyan::event_log_test {

#ifdef BANYAN_KAFKA
namespace {

constexpr int brokers = 3;

class KafkaMock final : public Backend {
 public:
  KafkaMock() {
    event_log::KafkaConf conf(rd_kafka_conf_new());
    event_log::set(conf.get(), "log_level", "0");
    owner_ = event_log::make(RD_KAFKA_PRODUCER, std::move(conf));
    cluster_ = rd_kafka_mock_cluster_new(owner_.get(), brokers);
    rd_kafka_mock_topic_create(cluster_, "shop", 4, brokers);
  }
  ~KafkaMock() override { rd_kafka_mock_cluster_destroy(cluster_); }

  std::unique_ptr<event_log::Log> log() override {
    return event_log::kafka_log({.brokers = rd_kafka_mock_cluster_bootstraps(cluster_),
                                 .append_timeout = std::chrono::seconds(5),
                                 .session = std::chrono::seconds(6)});
  }
  void take_away() override {
    for (int broker = 1; broker <= brokers; ++broker) rd_kafka_mock_broker_set_down(cluster_, broker);
  }
  void bring_back() override {
    for (int broker = 1; broker <= brokers; ++broker) rd_kafka_mock_broker_set_up(cluster_, broker);
  }
  // The broker has the batch and cuts the connection instead of answering.
  bool lose_next_acknowledgement() override {
    rd_kafka_mock_push_request_errors(cluster_, produce_request, 1, RD_KAFKA_RESP_ERR__TRANSPORT);
    return true;
  }

 private:
  static constexpr std::int16_t produce_request = 0;  // ApiKey of Produce
  event_log::KafkaHandle owner_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

class KafkaBrokers final : public Backend {
 public:
  explicit KafkaBrokers(std::string addresses) : addresses_(std::move(addresses)) {}
  std::unique_ptr<event_log::Log> log() override {
    return event_log::kafka_log({.brokers = addresses_,
                                 .append_timeout = std::chrono::seconds(20),
                                 .session = std::chrono::seconds(6)});
  }
  void take_away() override { call("stop"); }
  void bring_back() override { call("start"); }

 private:
  static void call(const char* verb) {
    const char* control = std::getenv("BANYAN_KAFKA_CONTROL");
    if (!control || std::system((std::string(control) + " " + verb).c_str()) != 0)
      throw std::runtime_error(std::string("the broker did not ") + verb);
  }
  const std::string addresses_;
};

}  // namespace

std::unique_ptr<Backend> kafka_mock() { return std::make_unique<KafkaMock>(); }

std::unique_ptr<Backend> kafka_brokers() {
  const char* addresses = std::getenv("BANYAN_KAFKA_BROKERS");
  if (!addresses) throw SkipBackend("no Kafka broker: BANYAN_KAFKA_BROKERS=HOST:PORT and BANYAN_KAFKA_CONTROL (a program that takes stop and start) name one");
  return std::make_unique<KafkaBrokers>(addresses);
}
#else
std::unique_ptr<Backend> kafka_mock() { throw SkipBackend("built without librdkafka"); }
std::unique_ptr<Backend> kafka_brokers() { throw SkipBackend("built without librdkafka"); }
#endif

}  // namespace banyan::event_log_test
