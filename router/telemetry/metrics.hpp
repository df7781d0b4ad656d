// RED metrics of each cutover and side, and counters of the data plane. Every worker writes its own copies with
// plain relaxed stores, a scrape sums them: no lock and no shared cache line on the request path.
//
// Worker objects belong to one writing thread; scrape functions may be called from any thread at any time.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::telemetry {

// Who answered, and how: our own answers are never taken for an upstream's.
enum class AnswerClass : std::uint8_t { s1xx, s2xx, s3xx, s4xx, s5xx, router_made, truncated, client_gone };
inline constexpr std::size_t answer_classes = 8;
std::string_view to_string(AnswerClass answer);
AnswerClass class_of(int status);

// Why the router answered by itself, as it stands in Banyan-Error and in the access log. What is not listed counts as
// "other", the last.
inline constexpr std::array<std::string_view, 25> own_answer_words = {
    "breaker-open",     "upstream-busy",    "shed",          "queue-timeout",   "no-endpoint",
    "connect-failed",   "connect-timeout",  "upstream-closed", "bad-answer",    "response-timeout",
    "upstream-stalled", "total-timeout",    "body-timeout",  "body-too-large",  "bad-chunk",
    "translate-failed", "translate-too-large",
    "part-failed",      "part-timeout",     "part-refused",  "bad-parameter",
    "loop",             "trace-refused",    "max-forwards",  "other"};
std::size_t own_answer(std::string_view word);

// Why a client's TLS handshake came to nothing. What is not listed counts as "other", the last.
inline constexpr std::array<std::string_view, 16> tls_failure_words = {
    "plain-http",           "not-tls",             "version",             "no-shared-cipher",
    "alpn",                 "no-certificate",      "certificate-expired", "certificate-untrusted",
    "certificate-refused",  "client-refused-ours", "client-alert",        "closed",
    "timeout",              "displaced",           "drain",               "other"};

// Upper bounds in microseconds; one more bucket follows for everything above.
inline constexpr std::array<std::uint32_t, 17> duration_bounds_us = {
    500,     1'000,   2'500,   5'000,   10'000,    25'000,    50'000,    75'000,    100'000,
    250'000, 500'000, 750'000, 1'000'000, 2'500'000, 5'000'000, 7'500'000, 10'000'000};

// Finer, for gates: 16 buckets an octave, so that two neighbours are at most 6 % apart; microseconds.
inline constexpr std::size_t fine_buckets = 400;
std::size_t fine_bucket(std::uint64_t us);
std::uint64_t fine_bucket_end_us(std::size_t bucket);

// One writer; readers see each value on its own, never torn.
class Counter {
 public:
  void add(std::int64_t n = 1) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

struct Series {
  std::array<Counter, answer_classes> answers;
  std::array<Counter, duration_bounds_us.size() + 1> durations;
  std::array<Counter, fine_buckets> fine;
  Counter unreachable;  // answered by the router because the upstream could not be used
  Counter duration_us;
  Counter inflight;
  std::array<Counter, own_answer_words.size()> own_answers;

  void finish(AnswerClass answer, std::uint64_t us);
};

// One part of an aggregation.
inline constexpr std::array<std::string_view, 4> part_results = {"ok", "failed", "timed_out", "cancelled"};
struct PartSeries {
  std::array<Counter, part_results.size()> results;
  std::array<Counter, duration_bounds_us.size() + 1> durations;
  Counter duration_us;

  void count(std::size_t result, std::uint64_t us);
};

struct PartSum {
  std::string aggregation, part;
  std::array<std::int64_t, part_results.size()> results{};
  std::array<std::int64_t, duration_bounds_us.size() + 1> durations{};
  std::int64_t duration_us = 0;
};

// What one shadow copy came to.
enum class ShadowResult : std::uint8_t { equal, different, dropped, failed };
inline constexpr std::size_t shadow_results = 4;
std::string_view to_string(ShadowResult result);

enum class Event : std::uint8_t {
  connections_accepted,
  connections_open,  // the one gauge here
  requests_refused,  // faulty before routing
  upstream_connects,
  upstream_connect_failures,
  upstream_reuses,
  bytes_from_clients,
  bytes_to_clients,
  tunnels,
  tls_handshakes_full,
  tls_handshakes_resumed,
  tls_handshakes_failed,
  tls_handshakes_given_up,  // took too long, or made room for newer ones
  upstream_tls_full,
  upstream_tls_resumed,
  upstream_tls_failed,
};
inline constexpr std::size_t events = 16;

struct SeriesSum {
  std::string cutover;
  std::string side;
  std::array<std::int64_t, answer_classes> answers{};
  std::array<std::int64_t, duration_bounds_us.size() + 1> durations{};
  std::int64_t duration_us = 0;
  std::int64_t inflight = 0;
  std::int64_t unreachable = 0;
  std::vector<std::uint64_t> fine;
  std::array<std::int64_t, own_answer_words.size()> own_answers{};
};

class Metrics {
 public:
  class Worker {
   public:
    // A stable place for one cutover and side; takes a lock, so callers remember it.
    Series& series(std::string_view cutover, std::string_view side);
    PartSeries& part(std::string_view aggregation, std::string_view name);  // as series()
    void count(Event event, std::int64_t n = 1) { events_[static_cast<std::size_t>(event)].add(n); }
    void count_tls_failure(std::string_view word);

   private:
    friend class Metrics;
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, std::unique_ptr<Series>, std::less<>> series_;
    std::map<std::pair<std::string, std::string>, std::unique_ptr<PartSeries>, std::less<>> parts_;
    std::array<Counter, events> events_;
    std::array<Counter, tls_failure_words.size()> tls_failures_;
  };

  Worker& add_worker();

  // Shadow results come from one thread of their own, but may come from several: this one locks.
  void count_shadow(std::string_view cutover, ShadowResult result, std::int64_t n = 1);

  std::vector<SeriesSum> sums() const;
  std::vector<PartSum> part_sums() const;
  std::int64_t event_sum(Event event) const;
  std::int64_t tls_failure_sum(std::string_view word) const;
  std::map<std::string, std::array<std::int64_t, shadow_results>> shadow_sums() const;

  // Prometheus text, format 0.0.4.
  std::string prometheus() const;

 private:
  mutable std::mutex mutex_;
  std::deque<Worker> workers_;
  std::map<std::string, std::array<std::int64_t, shadow_results>, std::less<>> shadow_;
};

}  // namespace banyan::telemetry
