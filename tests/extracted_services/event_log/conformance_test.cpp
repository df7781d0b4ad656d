// One suite for every event log: the promises of extracted_services/event_log/log.hpp, and those of relay and
// inbox on top of it.
#include "extracted_services/event_log/envelope.hpp"
#include "extracted_services/inbox/consumer.hpp"
#include "extracted_services/outbox/relay.hpp"
#include "tests/extracted_services/event_log/backend.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

namespace banyan::event_log_test {
namespace {

using event_log::Message;
using event_log::Record;
using namespace std::chrono_literals;

constexpr auto patience = std::chrono::seconds(60);

// Groups and producers of their own, because a real broker outlives the test.
std::string unique(const std::string& name) {
  static const auto run = std::chrono::system_clock::now().time_since_epoch().count();
  static int count = 0;
  return name + "-" + std::to_string(run) + "-" + std::to_string(++count);
}

struct Collected {
  std::map<int, std::vector<Record>> by_partition;
  std::size_t count = 0;
};

class Conformance : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override try {
    backend_ = GetParam().make();
    log_ = backend_->log();
  } catch (const SkipBackend& why) {
    GTEST_SKIP() << why.what();
  }

  Message message(const std::string& key, int sequence) {
    return {key, R"({"specversion":"1.0","id":"1","source":")" + source_ +
                     R"(","type":"t.v1","partitionkey":")" + key + R"(","keysequence":)" +
                     std::to_string(sequence) + R"(,"data":{"run":")" + source_ + "\"}}"};
  }

  void append(const std::vector<Message>& messages) {
    ASSERT_TRUE(support::eventually(
        [&] {
          try {
            log_->append("shop", messages);
            return true;
          } catch (const event_log::LogError&) {
            return false;
          }
        },
        patience));
  }

  // Everything of this test's producer, read from the start by a fresh group.
  Collected read_all(std::size_t expected) {
    const auto subscription = log_->subscribe("shop", unique("reader"), "one");
    Collected all;
    support::eventually([&] { return poll_into(*subscription, all) && all.count >= expected; }, patience);
    return all;
  }

  bool poll_into(event_log::Subscription& subscription, Collected& all) {
    try {
      const auto batch = subscription.poll(100, 200ms);
      if (batch.assigned)
        for (const int partition : *batch.assigned) subscription.seek(partition, 0);
      for (const auto& record : batch.records) {
        if (record.event.find("\"" + source_ + "\"") != std::string::npos) ++all.count;
        all.by_partition[record.partition].push_back(record);
      }
    } catch (const event_log::LogError&) {
    }
    return true;
  }

  std::unique_ptr<Backend> backend_;
  std::unique_ptr<event_log::Log> log_;
  std::string source_ = unique("urn:banyan:conformance");
};

TEST_P(Conformance, KeysKeepOnePartitionAndTheirOrder) {
  std::vector<Message> messages;
  for (int i = 1; i <= 30; ++i)
    for (const char* key : {"a", "b", "c", "d", "e"}) messages.push_back(message(key, i));
  append(messages);
  const auto all = read_all(messages.size());
  ASSERT_EQ(all.count, messages.size());
  std::map<std::string, int> partition_of, last;
  for (const auto& [partition, records] : all.by_partition)
    for (const auto& record : records) {
      const auto event = event_log::open_envelope(record.event);
      ASSERT_TRUE(event.has_value());
      if (event->producer != source_) continue;
      EXPECT_EQ(partition_of.try_emplace(event->key, partition).first->second, partition);
      EXPECT_EQ(event->sequence, ++last[event->key]);
    }
  EXPECT_GT(all.by_partition.size(), 1u);
}

// Records of this test only: others of the log may have been read or not when a test has all of its own.
std::vector<Record> of_source(const std::string& source, const std::vector<Record>& records) {
  std::vector<Record> out;
  std::copy_if(records.begin(), records.end(), std::back_inserter(out),
               [&](const Record& record) { return record.event.find(source) != std::string::npos; });
  return out;
}

TEST_P(Conformance, OffsetsRiseByOneAndAreReadFromAnywhere) {
  for (int i = 1; i <= 20; ++i) append({message("a", i)});
  const auto all = read_all(20);
  ASSERT_EQ(all.count, 20u);
  for (const auto& [partition, records] : all.by_partition)
    for (std::size_t i = 0; i < records.size(); ++i)
      ASSERT_EQ(records[i].offset, static_cast<std::int64_t>(i));
  // A replay: the same records under the same offsets.
  auto again = read_all(20);
  for (const auto& [partition, records] : all.by_partition) {
    const auto ours = of_source(source_, records), other = of_source(source_, again.by_partition[partition]);
    ASSERT_EQ(other.size(), ours.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      EXPECT_EQ(other[i].event, ours[i].event);
      EXPECT_EQ(other[i].offset, ours[i].offset);
    }
  }
  const auto last = std::find_if(all.by_partition.begin(), all.by_partition.end(), [&](const auto& entry) {
    return entry.second.back().event.find(source_) != std::string::npos;
  });
  ASSERT_NE(last, all.by_partition.end());
  const auto subscription = log_->subscribe("shop", unique("reader"), "one");
  std::vector<Record> tail;
  ASSERT_TRUE(support::eventually(
      [&] {
        const auto batch = subscription->poll(10, 200ms);
        if (batch.assigned)
          for (const int partition : *batch.assigned) {
            const auto known = all.by_partition.find(partition);
            const auto size = known == all.by_partition.end() ? 0 : known->second.size();
            subscription->seek(partition, static_cast<std::int64_t>(size) - (partition == last->first ? 3 : 0));
          }
        const auto ours = of_source(source_, batch.records);
        tail.insert(tail.end(), ours.begin(), ours.end());
        return tail.size() >= 3;
      },
      patience));
  EXPECT_EQ(tail.front().offset, static_cast<std::int64_t>(last->second.size()) - 3);
}

TEST_P(Conformance, AnAbsentLogIsAnErrorAndNotALoss) {
  append({message("a", 1)});
  backend_->take_away();
  EXPECT_THROW(log_->append("shop", std::vector<Message>{message("a", 2)}), event_log::LogError);
  backend_->bring_back();
  append({message("a", 2)});  // again: the first attempt may have reached it or not
  append({message("a", 3)});
  const auto all = read_all(3);
  std::vector<std::int64_t> sequences;
  for (const auto& [partition, records] : all.by_partition)
    for (const auto& record : records)
      if (const auto event = event_log::open_envelope(record.event); event->producer == source_)
        sequences.push_back(event->sequence);
  sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
  EXPECT_EQ(sequences, (std::vector<std::int64_t>{1, 2, 3}));
}

TEST_P(Conformance, ALostAcknowledgementDoublesNothingWithinOneProducer) {
  append({message("a", 1)});
  if (!backend_->lose_next_acknowledgement()) GTEST_SKIP() << "the inbox test below covers re-sending";
  append({message("a", 2)});
  append({message("a", 3)});
  EXPECT_EQ(read_all(3).count, 3u);
}

// A producer with outbox and relay, and a consumer with inbox: the real threads on real files.
class Pipeline : public Conformance {
 protected:
  struct Producer {
    explicit Producer(const std::filesystem::path& file) : store(file, opened(file)) {}
    static std::unique_ptr<store::Connection> opened(const std::filesystem::path& file) {
      auto db = store::open_writer(file);
      store::migrate(*db, "outbox", outbox::migrations("pipeline"));
      return db;
    }
    void change(const std::string& key, const std::string& data = "{}") {
      store::access_to(store).write([&](store::Connection& db) {
        outbox::append(db, {"t.v1", key, data, "", ""});
      });
    }
    store::Store store;
  };

  struct Receiver {
    explicit Receiver(const std::filesystem::path& file) : store(file, opened(file)) {}
    static std::unique_ptr<store::Connection> opened(const std::filesystem::path& file) {
      auto db = store::open_writer(file);
      store::migrate(*db, "inbox", inbox::migrations());
      db->execute(
          "CREATE TABLE IF NOT EXISTS effects(n INTEGER PRIMARY KEY, producer TEXT, key TEXT, sequence INTEGER)");
      return db;
    }
    std::vector<std::string> effects(const std::string& producer) {
      std::vector<std::string> all;
      store::access_to(store).read([&](store::Connection& db) {
        auto rows = db.query("SELECT key, sequence FROM effects WHERE producer = ?1 ORDER BY n", producer);
        while (rows.next()) all.push_back(rows.text(0) + std::to_string(rows.integer(1)));
      });
      return all;
    }
    store::Store store;
    std::atomic<bool> mended{false};
    inbox::Handler handler = [this](store::Connection& db, const event_log::Envelope& event) {
      if (event.data.contains("poison") && !mended) throw std::runtime_error("poison");
      db.run("INSERT INTO effects(producer, key, sequence) VALUES (?1, ?2, ?3)", event.producer, event.key,
             event.sequence);
    };
  };

  std::unique_ptr<outbox::Relay> relay(Producer& producer) {
    auto made = std::make_unique<outbox::Relay>(
        store::access_to(producer.store), *log_,
        outbox::Relay::Options{.topic = "shop", .look_again = 100ms, .longest_pause = 500ms},
        [](const std::string&) {});
    made->start();
    return made;
  }

  std::unique_ptr<inbox::Consumer> consumer(Receiver& receiver, const std::string& member) {
    const std::lock_guard lock(mutex_);
    auto log = backend_->log();
    auto made = std::make_unique<inbox::Consumer>(
        store::access_to(receiver.store), *log,
        inbox::Consumer::Options{
            .topic = "shop", .group = group_, .member = member, .batch = 7, .wait = 500ms, .longest_pause = 500ms},
        receiver.handler, [](const std::string&) {});
    logs_.push_back(std::move(log));
    made->start();
    return made;
  }

  std::string producer_of(Producer& producer) {
    std::string name;
    store::access_to(producer.store).read([&](store::Connection& db) { name = outbox::producer(db); });
    return name;
  }

  // Every key counted 1, 2, 3, ... and `count` effects in all.
  static void expect_each_once_in_order(const std::vector<std::string>& effects, std::size_t count) {
    EXPECT_EQ(effects.size(), count);
    std::map<char, int> last;
    for (const auto& effect : effects) EXPECT_EQ(std::stoi(effect.substr(1)), ++last[effect[0]]) << effect;
  }

  support::TempDir dir_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<event_log::Log>> logs_;
  std::string group_ = unique("group");
};

TEST_P(Pipeline, EveryEventTakesEffectOnceWhileLogAndBothSidesComeAndGo) {
  Producer producer(dir_ / "p.db");
  Receiver receiver(dir_ / "r.db");
  const auto name = producer_of(producer);
  auto forwarding = relay(producer);
  auto consuming = consumer(receiver, "one");
  std::size_t count = 0;
  for (int round = 0; round < 6; ++round) {
    for (const char* key : {"a", "b", "c", "d"})
      for (int i = 0; i < 5; ++i, ++count) producer.change(key);
    forwarding->wake();
    if (round == 1) consuming = consumer(receiver, "one");  // stopped and started anew
    if (round == 2) {
      forwarding.reset();  // the log serves one thread
      forwarding = relay(producer);
    }
    if (round == 3) backend_->take_away();
    if (round == 4) backend_->bring_back();
  }
  EXPECT_TRUE(support::eventually([&] { return receiver.effects(name).size() >= count; }, patience));
  expect_each_once_in_order(receiver.effects(name), count);
}

TEST_P(Pipeline, PartitionsPassFromMemberToMember) {
  Producer producer(dir_ / "p.db");
  Receiver receiver(dir_ / "r.db");
  const auto name = producer_of(producer);
  auto forwarding = relay(producer);
  std::size_t count = 0;
  const auto produce = [&] {
    for (const char* key : {"a", "b", "c", "d"})
      for (int i = 0; i < 3; ++i, ++count) producer.change(key);
    forwarding->wake();
  };
  produce();
  auto one = consumer(receiver, "one");
  ASSERT_TRUE(support::eventually([&] { return receiver.effects(name).size() == count; }, patience));
  auto two = consumer(receiver, "two");
  produce();
  ASSERT_TRUE(support::eventually([&] { return receiver.effects(name).size() == count; }, patience));
  one.reset();
  produce();
  EXPECT_TRUE(support::eventually([&] { return receiver.effects(name).size() >= count; }, patience));
  expect_each_once_in_order(receiver.effects(name), count);
}

TEST_P(Pipeline, APoisonedKeyWaitsAloneAndIsReplayedInOrder) {
  Producer producer(dir_ / "p.db");
  Receiver receiver(dir_ / "r.db");
  const auto name = producer_of(producer);
  producer.change("a");
  producer.change("a", R"({"poison":true})");
  producer.change("a");
  for (int i = 0; i < 20; ++i) producer.change("b");
  auto forwarding = relay(producer);
  auto consuming = consumer(receiver, "one");
  EXPECT_TRUE(support::eventually([&] { return receiver.effects(name).size() >= 21; }, patience));
  const auto access = store::access_to(receiver.store);
  std::vector<inbox::Parked> parked;
  EXPECT_TRUE(support::eventually(
      [&] {
        access.read([&](store::Connection& db) { parked = inbox::parked(db, 1000, 0); });
        std::erase_if(parked, [&](const auto& row) { return row.producer != name; });
        return parked.size() == 2;
      },
      patience));
  ASSERT_EQ(parked.size(), 2u);
  EXPECT_EQ(parked[0].reason, "failed: poison");
  EXPECT_EQ(parked[1].reason, "behind: 2 is parked");
  receiver.mended = true;
  access.write([&](store::Connection& db) {
    const auto counts = inbox::replay(db, parked[0].id, receiver.handler, {"test", "mended"});
    ASSERT_TRUE(counts.has_value());
    EXPECT_EQ(counts->applied, 2u);
  });
  expect_each_once_in_order(receiver.effects(name), 23);
}

TEST_P(Pipeline, AnEventThatNeverCameHoldsItsKeyUntilItIsGivenUp) {
  Receiver receiver(dir_ / "r.db");
  append({message("a", 1), message("a", 3), message("b", 1)});
  auto consuming = consumer(receiver, "one");
  std::vector<inbox::Parked> parked;
  const auto access = store::access_to(receiver.store);
  EXPECT_TRUE(support::eventually(
      [&] {
        access.read([&](store::Connection& db) { parked = inbox::parked(db, 1000, 0); });
        // A real broker still has what earlier tests have parked.
        std::erase_if(parked, [&](const auto& row) { return row.producer != source_; });
        return !parked.empty() && receiver.effects(source_).size() == 2;
      },
      patience));
  ASSERT_EQ(parked.size(), 1u);
  EXPECT_EQ(parked[0].reason, "gap: 2 has not come yet");
  access.write([&](store::Connection& db) {
    ASSERT_TRUE(inbox::skip(db, parked[0].id, receiver.handler, {"test", "2 is gone for good"}).has_value());
  });
  EXPECT_EQ(receiver.effects(source_).back(), "a3");
  append({message("a", 2), message("a", 4)});
  EXPECT_TRUE(support::eventually([&] { return receiver.effects(source_).back() == "a4"; }, patience));
  EXPECT_EQ(receiver.effects(source_).size(), 4u);
}

const auto kinds = testing::Values(Kind{"SqliteLog", sqlite_log}, Kind{"KafkaMock", kafka_mock},
                                   Kind{"KafkaBroker", kafka_brokers});
const auto name_of = [](const testing::TestParamInfo<Kind>& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Logs, Conformance, kinds, name_of);
INSTANTIATE_TEST_SUITE_P(Logs, Pipeline, kinds, name_of);

}  // namespace
}  // namespace banyan::event_log_test
