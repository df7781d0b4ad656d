// Spans on their way to a collector: OTLP over HTTP, as JSON. A thread that makes spans writes them into its own
// Writer; full or aged chunks go to a bounded queue, from which a thread of the exporter's own sends batches. A
// collector that is slow, busy or gone costs spans, never a request: what finds the queue full, or waited too long,
// is dropped and counted.
//
//   Writer --chunk--> queue (at most Options::queue spans) --batch--> POST, again after 429, 502, 503, 504 or silence
//
// Exporter: any thread. Writer: one thread each, and not after its Exporter is gone.
#pragma once
#include "router/telemetry/collector.hpp"
#include "router/telemetry/span.hpp"
#include "router/tracing/poster.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace banyan::tracing {

using std::chrono::milliseconds;

struct Options {
  telemetry::Collector collector;
  std::vector<std::pair<std::string, std::string>> headers;
  telemetry::Resource resource;
  std::size_t queue = 8192;      // spans that may wait
  milliseconds interval{1000};   // how long they wait at most for a batch to fill
  milliseconds timeout{10'000};  // of one POST
  telemetry::ExportPatience patience;
};

// What became of spans.
enum class Fate : std::uint8_t { exported, queue_full, failed, rejected };
inline constexpr std::size_t fates = 4;
std::string_view to_string(Fate fate);

class Exporter {
 public:
  // Told, on the exporter's thread, when handing over begins to fail and when it works again.
  using Report = std::function<void(bool error, const std::string& line)>;
  explicit Exporter(Options options, Report report = {});
  ~Exporter();  // tries for two seconds to hand over what is queued
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  class Writer {
   public:
    explicit Writer(Exporter* exporter) : exporter_(exporter) {}
    ~Writer() { flush(); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    bool on() const { return exporter_ != nullptr; }
    // The text for a SpanText; call added() after its end().
    std::string& text() { return chunk_; }
    void added() {
      if (++spans_ >= most_in_chunk) flush();
    }
    void flush();

   private:
    Exporter* exporter_;
    std::string chunk_;
    std::uint32_t spans_ = 0;
  };

  std::uint64_t count(Fate fate) const { return counts_[static_cast<std::size_t>(fate)].load(std::memory_order_relaxed); }
  std::uint64_t queued() const;
  std::uint64_t failed_attempts() const { return failed_attempts_.load(std::memory_order_relaxed); }
  std::string problem() const;  // why spans are not handed over at this moment; empty: they are
  // Prometheus text; names begin with `prefix`, such as "banyan_router".
  std::string prometheus(const std::string& prefix) const;

  static constexpr std::uint32_t most_in_chunk = 64;
  static constexpr std::size_t most_in_batch = 1024;

 private:
  struct Chunk {
    std::string text;
    std::uint32_t spans = 0;
  };
  using Batch = std::vector<Chunk>;
  // Gives back an emptied string to fill again.
  std::string hand_over(std::string chunk, std::uint32_t spans);
  std::size_t batch_size() const { return std::min(most_in_batch, options_.queue / 2); }
  void run();
  Batch next_batch();
  void deliver(const Batch& batch);
  bool again(const telemetry::ExportReply& reply, std::uint32_t attempts, std::chrono::steady_clock::time_point since);
  void count(Fate fate, std::uint64_t spans) { counts_[static_cast<std::size_t>(fate)].fetch_add(spans, std::memory_order_relaxed); }
  void note(const std::string& why);  // empty: it works
  void keep_spare(Batch& batch);

  const Options options_;
  const Report report_;
  Poster poster_;
  std::mt19937_64 random_;
  std::array<std::atomic<std::uint64_t>, fates> counts_{};
  std::atomic<std::uint64_t> failed_attempts_{0};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Chunk> queue_;
  std::size_t queued_ = 0;  // spans in it
  std::vector<std::string> spare_;
  std::string problem_;
  std::chrono::steady_clock::time_point stop_by_ = std::chrono::steady_clock::time_point::max();
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace banyan::tracing
