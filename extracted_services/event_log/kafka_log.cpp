#include "extracted_services/event_log/kafka_log.hpp"

#include "extracted_services/event_log/kafka_handles.hpp"
#include "extracted_services/event_log/kafka_subscription.hpp"
#include "extracted_services/event_log/partition.hpp"

#include <atomic>
#include <map>

namespace banyan::event_log {
namespace {

using Clock = std::chrono::steady_clock;

// What the delivery reports of one append() say.
struct Deliveries {
  std::size_t open = 0;
  std::string failure;
};

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto& deliveries = *static_cast<Deliveries*>(message->_private);
  --deliveries.open;
  if (message->err && deliveries.failure.empty()) deliveries.failure = rd_kafka_err2str(message->err);
}

KafkaHandle make_producer(const KafkaLogOptions& options) {
  KafkaConf conf(rd_kafka_conf_new());
  set(conf.get(), "bootstrap.servers", options.brokers);
  set(conf.get(), "enable.idempotence", "true");
  set(conf.get(), "acks", "all");
  set(conf.get(), "linger.ms", "2");
  set(conf.get(), "message.timeout.ms", std::to_string(options.append_timeout.count()));
  set(conf.get(), "socket.connection.setup.timeout.ms", "2000");
  set(conf.get(), "reconnect.backoff.max.ms", "1000");
  set(conf.get(), "log_level", "0");
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  return make(RD_KAFKA_PRODUCER, std::move(conf));
}

class KafkaLog final : public Log {
 public:
  explicit KafkaLog(KafkaLogOptions options) : options_(std::move(options)) {}

  // After a failure the producer is made anew: nothing of the failed batch is then still on its way, and a
  // fatal error of the idempotent producer ends with it.
  void append(const std::string& topic, std::span<const Message> messages) override {
    Deliveries deliveries;
    try {
      if (!producer_) producer_ = make_producer(options_);
      const int count = partitions(topic);
      for (const auto& message : messages) produce(topic, count, message, deliveries);
      wait(deliveries);
    } catch (...) {
      woken_ = false;
      drop_producer();
      throw;
    }
  }

  std::unique_ptr<Subscription> subscribe(const std::string& topic, const std::string& group,
                                          const std::string& member) override {
    return kafka_subscription(options_, topic, group, member);
  }

  void wake() override { woken_ = true; }
  ~KafkaLog() override { drop_producer(); }

 private:
  void drop_producer() {
    if (!producer_) return;
    rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(producer_.get(), 1000);  // the reports of what was purged
    producer_.reset();
  }

  int partitions(const std::string& topic) {
    const auto known = partitions_.find(topic);
    if (known != partitions_.end()) return known->second;
    const auto deadline = Clock::now() + options_.append_timeout;
    const std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>> handle(
        rd_kafka_topic_new(producer_.get(), topic.c_str(), nullptr));
    while (!woken_ && Clock::now() < deadline) {
      const rd_kafka_metadata_t* metadata = nullptr;
      const auto error = rd_kafka_metadata(producer_.get(), 0, handle.get(), &metadata, 500);
      const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner(metadata);
      if (error || metadata->topic_cnt != 1 || metadata->topics[0].partition_cnt == 0) continue;
      return partitions_[topic] = metadata->topics[0].partition_cnt;
    }
    throw LogError("Kafka: no broker of " + options_.brokers + " knows topic " + topic);
  }

  void produce(const std::string& topic, int count, const Message& message, Deliveries& deliveries) {
    ++deliveries.open;
    const auto error = rd_kafka_producev(
        producer_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition_of(message.key, count)),
        RD_KAFKA_V_KEY(message.key.data(), message.key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(message.event.data()), message.event.size()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(&deliveries), RD_KAFKA_V_END);
    if (!error) return;
    --deliveries.open;
    throw LogError(std::string("Kafka: ") + rd_kafka_err2str(error),
                   error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  }

  void wait(const Deliveries& deliveries) {
    const auto deadline = Clock::now() + options_.append_timeout + std::chrono::seconds(1);
    while (deliveries.open > 0 && !woken_ && Clock::now() < deadline) rd_kafka_poll(producer_.get(), 50);
    if (deliveries.open > 0) throw LogError("Kafka: no acknowledgement in time");
    if (!deliveries.failure.empty()) throw LogError("Kafka: " + deliveries.failure);
  }

  const KafkaLogOptions options_;
  KafkaHandle producer_;
  std::map<std::string, int> partitions_;
  std::atomic<bool> woken_{false};
};

}  // namespace

std::unique_ptr<Log> kafka_log(KafkaLogOptions options) { return std::make_unique<KafkaLog>(std::move(options)); }

}  // namespace banyan::event_log
