#include "extracted_services/event_log/http_log.hpp"
#include "extracted_services/outbox/relay.hpp"
#include "extracted_services/store/access.hpp"
#include "tests/bench/services/figures.hpp"
#include "tests/extracted_services/program/fixture.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <thread>

namespace banyan::services_bench {
namespace {

constexpr int events_per_append = 500;

std::string event_of(int client, std::int64_t sequence) {
  return R"({"specversion":"1.0","id":"1","source":"urn:bench","type":"bench.event.v1","partitionkey":"k)" +
         std::to_string(client) + R"(","keysequence":)" + std::to_string(sequence) +
         R"(,"data":{"order_id":1,"number":"SO-000001","status":"paid","total_cents":4998,"refunded_cents":0}})";
}

std::vector<event_log::Message> batch_of(int client, std::int64_t& sequence) {
  std::vector<event_log::Message> messages;
  for (int i = 0; i < events_per_append; ++i)
    messages.push_back({"k" + std::to_string(client), event_of(client, ++sequence)});
  return messages;
}

// The same bytes, one write and one fdatasync for each batch.
double plain_appends(const std::filesystem::path& file, double seconds) {
  std::int64_t sequence = 0;
  std::string bytes;
  for (const auto& message : batch_of(0, sequence)) bytes += message.event + "\n";
  const int fd = ::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const auto start = Clock::now();
  std::int64_t events = 0;
  while (seconds_since(start) < seconds) {
    if (::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::fdatasync(fd) != 0)
      throw std::runtime_error("the disk refuses");
    events += events_per_append;
  }
  const double rate = static_cast<double>(events) / seconds_since(start);
  ::close(fd);
  return rate;
}

// `work` as many times as the database takes it, `depth` submitted at once.
double group_committed(store::Store& store, double seconds, const store::Work& work) {
  constexpr int depth = 256;
  std::counting_semaphore<depth> places(depth);
  std::atomic<std::int64_t> done = 0;
  const auto start = Clock::now();
  while (seconds_since(start) < seconds) {
    places.acquire();
    if (!store.write(work, [&](const std::exception_ptr& error) {
          if (!error) ++done;
          places.release();
        }))
      throw std::runtime_error("the queue refuses");
  }
  for (int i = 0; i < depth; ++i) places.acquire();
  return static_cast<double>(done) / seconds_since(start);
}

double appends(const std::string& url, const Scale& scale) {
  std::atomic<std::int64_t> events = 0;
  std::vector<std::thread> clients;
  const auto start = Clock::now();
  for (int client = 0; client < 4; ++client)
    clients.emplace_back([&, client] {
      const auto log = event_log::http_log({.url = url});
      std::int64_t sequence = 0;
      while (seconds_since(start) < scale.seconds) {
        log->append("bench", batch_of(client, sequence));
        events += events_per_append;
      }
    });
  for (auto& client : clients) client.join();
  return static_cast<double>(events) / seconds_since(start);
}

double replay(const std::string& url) {
  const auto log = event_log::http_log({.url = url});
  const auto subscription = log->subscribe("bench", "replay", "one");
  std::int64_t events = 0;
  auto start = Clock::now();
  while (true) {
    const auto batch = subscription->poll(5000, std::chrono::milliseconds(0));
    if (batch.assigned)
      for (const int partition : *batch.assigned) subscription->seek(partition, 0);
    else if (batch.records.empty())
      break;
    events += static_cast<std::int64_t>(batch.records.size());
  }
  return static_cast<double>(events) / seconds_since(start);
}

double relayed(store::Store& store, const std::string& url) {
  const auto log = event_log::http_log({.url = url});
  const auto access = store::access_to(store);
  std::size_t moved = 0;
  const auto start = Clock::now();
  while (const auto batch = outbox::forward(access, *log, "relayed", {})) moved += batch;
  return static_cast<double>(moved) / seconds_since(start);
}

}  // namespace

Storage measure_storage(const Scale& scale) {
  const support::TempDir dir;
  const auto log = services_test::run_service("log", dir / "log.db", dir / "log.txt");
  const std::string url = "http://127.0.0.1:" + std::to_string(log->port());
  auto connection = store::open_writer(dir / "bench.db");
  connection->execute("CREATE TABLE orders(id INTEGER PRIMARY KEY, status TEXT NOT NULL)");
  store::migrate(*connection, "outbox", outbox::migrations("bench"));
  store::Store store(dir / "bench.db", std::move(connection));
  const auto change = [](store::Connection& db) { db.run("INSERT INTO orders(status) VALUES ('paid')"); };
  const auto tell = [change](store::Connection& db) {
    change(db);
    outbox::append(db, {.type = "bench.order-paid.v1",
                        .key = "order/" + std::to_string(db.last_insert_id()),
                        .data = R"({"order_id":1,"status":"paid","total_cents":4998})",
                        .traceparent = {},
                        .time = {}});
  };
  Storage made;
  made.commits = group_committed(store, scale.seconds, change);
  const double plain = plain_appends(dir / "plain", scale.seconds);
  const double told = group_committed(store, scale.seconds, tell);
  const double relay = relayed(store, url);
  const double appended = appends(url, scale);
  const double again = replay(url);
  store.stop();
  const std::string bare = "bare SQLite transactions, group-committed";
  made.figures = {{"change with its event in the outbox", told, "1/s", bare, made.commits},
                  {"relay: outbox to banyan-log", relay, "events/s", bare, made.commits},
                  {"banyan-log: append, 500 a request, 4 clients", appended, "events/s",
                   "the same bytes by write and fdatasync", plain, "50,000/s"},
                  {"banyan-log: replay over HTTP", again, "events/s", "appended, see above", appended, "500,000/s"}};
  return made;
}

}  // namespace banyan::services_bench
