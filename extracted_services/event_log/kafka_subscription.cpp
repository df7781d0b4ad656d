#include "extracted_services/event_log/kafka_subscription.hpp"

#include "extracted_services/event_log/kafka_handles.hpp"

#include <algorithm>
#include <atomic>
#include <map>

namespace banyan::event_log {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::int64_t unsought = -1;
constexpr milliseconds slice{100};  // how soon wake() is noticed

class KafkaSubscription final : public Subscription {
 public:
  KafkaSubscription(const KafkaLogOptions& options, std::string topic, const std::string& group,
                    const std::string& member)
      : topic_(std::move(topic)) {
    KafkaConf conf(rd_kafka_conf_new());
    set(conf.get(), "bootstrap.servers", options.brokers);
    set(conf.get(), "group.id", group);
    set(conf.get(), "client.id", member);
    set(conf.get(), "session.timeout.ms", std::to_string(options.session.count()));
    set(conf.get(), "heartbeat.interval.ms", std::to_string(options.session.count() / 4));
    set(conf.get(), "enable.auto.commit", "false");
    set(conf.get(), "enable.auto.offset.store", "false");
    set(conf.get(), "auto.offset.reset", "error");
    set(conf.get(), "allow.auto.create.topics", "true");
    set(conf.get(), "topic.metadata.refresh.interval.ms", "2000");
    set(conf.get(), "reconnect.backoff.max.ms", "1000");
    set(conf.get(), "fetch.wait.max.ms", "100");
    set(conf.get(), "log_level", "0");
    rd_kafka_conf_set_opaque(conf.get(), this);
    rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
    consumer_ = make(RD_KAFKA_CONSUMER, std::move(conf));
    rd_kafka_poll_set_consumer(consumer_.get());
    KafkaPartitions topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), topic_.c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto error = rd_kafka_subscribe(consumer_.get(), topics.get()))
      throw LogError(std::string("Kafka: ") + rd_kafka_err2str(error));
  }

  ~KafkaSubscription() override { rd_kafka_consumer_close(consumer_.get()); }

  Batch poll(std::size_t limit, milliseconds wait) override {
    Batch batch;
    assign_if_sought();
    const auto until = Clock::now() + wait;
    do {
      if (report(batch)) return batch;
      take_one(batch, batch.records.empty() ? std::min(wait, slice) : milliseconds(0));
    } while (!woken_ && batch.records.size() < limit && (more_ || (batch.records.empty() && Clock::now() < until)));
    woken_ = false;
    // What came before a rebalance is still right: its transaction decides by compare-and-set.
    return batch;
  }

  void seek(int partition, std::int64_t offset) override {
    const auto found = next_.find(partition);
    if (found == next_.end()) return;
    found->second = offset;
    must_assign_ = true;
  }

  // What the last fetch of each partition said.
  std::int64_t behind() const override {
    std::int64_t sum = 0;
    for (const auto& [partition, next] : next_) {
      std::int64_t low = 0, high = 0;
      if (next != unsought && !rd_kafka_get_watermark_offsets(consumer_.get(), topic_.c_str(), partition, &low, &high))
        sum += std::max<std::int64_t>(high - next, 0);
    }
    return sum;
  }

  void wake() override { woken_ = true; }

 private:
  static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* partitions,
                           void* opaque) {
    static_cast<KafkaSubscription*>(opaque)->rebalance(error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, partitions);
  }

  // An assignment is acknowledged, with offsets, only when seek() has named all of them.
  void rebalance(bool assigned, const rd_kafka_topic_partition_list_t* partitions) {
    next_.clear();
    changed_ = true;
    if (!assigned) {
      must_assign_ = false;
      rd_kafka_assign(consumer_.get(), nullptr);
      return;
    }
    for (int i = 0; i < partitions->cnt; ++i) next_[partitions->elems[i].partition] = unsought;
    must_assign_ = true;
  }

  bool any_unsought() const {
    return std::any_of(next_.begin(), next_.end(), [](const auto& entry) { return entry.second == unsought; });
  }

  bool report(Batch& batch) {
    if (!changed_ && !any_unsought()) return false;
    if (!batch.records.empty()) return true;  // first these; the change is told by the next poll
    changed_ = false;
    batch.assigned.emplace();
    for (const auto& [partition, offset] : next_) batch.assigned->push_back(partition);
    return true;
  }

  void assign_if_sought() {
    if (!must_assign_ || any_unsought()) return;
    must_assign_ = false;
    KafkaPartitions all(rd_kafka_topic_partition_list_new(static_cast<int>(next_.size())));
    for (const auto& [partition, offset] : next_)
      rd_kafka_topic_partition_list_add(all.get(), topic_.c_str(), partition)->offset = offset;
    if (const auto error = rd_kafka_assign(consumer_.get(), all.get()))
      throw LogError(std::string("Kafka: ") + rd_kafka_err2str(error));
  }

  void take_one(Batch& batch, milliseconds wait) {
    const KafkaMessage message(rd_kafka_consumer_poll(consumer_.get(), static_cast<int>(wait.count())));
    more_ = message != nullptr;
    if (!message) return;
    if (message->err) return on_error(*message);
    const auto next = next_.find(message->partition);
    // Left over from before a seek or a rebalance.
    if (next == next_.end() || message->offset < next->second || next->second == unsought) return;
    if (message->offset > next->second) {
      must_assign_ = true;  // read again from where the hole begins
      throw LogError("Kafka: partition " + std::to_string(message->partition) + " of " + topic_ +
                     " goes on at offset " + std::to_string(message->offset) + " instead of " +
                     std::to_string(next->second) + "; is the topic compacted or written in transactions?");
    }
    next->second = message->offset + 1;
    batch.records.push_back({message->partition, message->offset,
                             std::string(static_cast<const char*>(message->payload), message->len)});
  }

  void on_error(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
      must_assign_ = true;
      throw LogError("Kafka: the position in " + topic_ + " is outside what the broker keeps (" +
                     rd_kafka_message_errstr(&message) + "): retention has removed events that were not read");
    }
    // The rest is the client's own business: it reconnects and asks again.
  }

  const std::string topic_;
  KafkaHandle consumer_;
  std::map<int, std::int64_t> next_;
  bool changed_ = false;
  bool must_assign_ = false;
  bool more_ = false;
  std::atomic<bool> woken_{false};
};

}  // namespace

std::unique_ptr<Subscription> kafka_subscription(const KafkaLogOptions& options, const std::string& topic,
                                                 const std::string& group, const std::string& member) {
  return std::make_unique<KafkaSubscription>(options, topic, group, member);
}

}  // namespace banyan::event_log
