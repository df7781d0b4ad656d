#include "extracted_services/event_log/http_log.hpp"
#include "extracted_services/inbox/consumer.hpp"
#include "extracted_services/store/access.hpp"
#include "tests/bench/services/figures.hpp"
#include "tests/extracted_services/program/fixture.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>

namespace banyan::services_bench {
namespace {

constexpr int keys = 20;
constexpr int poisoned_before = 500;  // events that wait behind the poisoned one

std::string text_of(const std::string& source, const std::string& key, std::int64_t sequence, bool poison) {
  return R"({"specversion":"1.0","id":"1","source":")" + source + R"(","type":"bench.event.v1","partitionkey":")" + key +
         R"(","keysequence":)" + std::to_string(sequence) + R"(,"data":{"poison":)" + (poison ? "true" : "false") + "}}";
}

// Applies events, and tells when which one was.
struct Receiver {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::int64_t> applied;

  inbox::Handler handler() {
    return [this](store::Connection&, const event_log::Envelope& event) {
      if (event.data.at("poison").as_bool()) throw std::runtime_error("poison");
      const std::lock_guard lock(mutex);
      applied[event.key] = event.sequence;
      changed.notify_all();
    };
  }
  void wait_for(const std::string& key, std::int64_t sequence) {
    std::unique_lock lock(mutex);
    if (!changed.wait_for(lock, std::chrono::seconds(30), [&] { return applied[key] >= sequence; }))
      throw std::runtime_error("an event does not come");
  }
};

// From append() to applied, one event at a time, each of another key in turn; sorted.
std::vector<double> latencies(const std::string& url, const std::string& topic, bool poisoned, double seconds) {
  const support::TempDir dir;
  auto connection = store::open_writer(dir / "r.db");
  store::migrate(*connection, "inbox", inbox::migrations());
  store::Store store(dir / "r.db", std::move(connection));
  const auto log = event_log::http_log({.url = url}), consuming = event_log::http_log({.url = url});
  Receiver receiver;
  inbox::Consumer consumer(store::access_to(store), *consuming, {.topic = topic, .group = "g", .member = "m"},
                           receiver.handler(), [](const std::string&) {});
  const auto append = [&](const std::string& key, std::int64_t sequence, bool poison) {
    const event_log::Message message{key, text_of("urn:bench:" + topic, key, sequence, poison)};
    log->append(topic, std::span(&message, 1));
  };
  append("k0", 1, false);
  consumer.start();
  receiver.wait_for("k0", 1);
  // The same events in both runs; in one of them the first of a key cannot be applied.
  for (int i = 1; i <= poisoned_before; ++i) append("sick", i, poisoned && i == 1);
  std::vector<double> taken;
  std::map<std::string, std::int64_t> last{{"k0", 1}};
  const auto start = Clock::now();
  for (int i = 0; seconds_since(start) < seconds; ++i) {
    if (i % 10 == 0) append("sick", poisoned_before + 1 + i / 10, false);
    const std::string key = "k" + std::to_string(i % keys);
    const auto from = Clock::now();
    append(key, ++last[key], false);
    receiver.wait_for(key, last[key]);
    taken.push_back(1000 * seconds_since(from));
  }
  consumer.stop();
  store.stop();
  std::sort(taken.begin(), taken.end());
  return taken;
}

double at(const std::vector<double>& sorted, double share) {
  return sorted.at(static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1)));
}

}  // namespace

std::vector<Figure> measure_poison(const Scale& scale) {
  const support::TempDir dir;
  const auto log = services_test::run_service("log", dir / "log.db", dir / "log.txt");
  const std::string url = "http://127.0.0.1:" + std::to_string(log->port());
  const auto healthy = latencies(url, "healthy", false, scale.seconds);
  const auto poisoned = latencies(url, "poisoned", true, scale.seconds);
  const std::string peer = "the same without a poisoned key";
  return {{"other keys' events beside a poisoned key, median", at(poisoned, 0.5), "ms", peer, at(healthy, 0.5), "1"},
          {"other keys' events beside a poisoned key, p99", at(poisoned, 0.99), "ms", peer, at(healthy, 0.99), "1"}};
}

}  // namespace banyan::services_bench
