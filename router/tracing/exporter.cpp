#include "router/tracing/exporter.hpp"

#include <pthread.h>
#include <signal.h>

namespace banyan::tracing {

using std::chrono::steady_clock;
using telemetry::ExportReply;
using telemetry::ExportVerdict;

namespace {

constexpr milliseconds last_words{2000};

std::string why_of(const ExportReply& reply) {
  return reply.status == 0 ? reply.error : "it answers " + std::to_string(reply.status);
}

void put_family(std::string& out, const std::string& name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type) += '\n';
}

}  // namespace

std::string_view to_string(Fate fate) {
  constexpr std::array<std::string_view, fates> words = {"exported", "queue_full", "failed", "rejected"};
  return words[static_cast<std::size_t>(fate)];
}

Exporter::Exporter(Options options, Report report)
    : options_(std::move(options)),
      report_(std::move(report)),
      poster_(options_.collector, options_.headers),
      random_(std::random_device{}()),
      thread_([this] { run(); }) {}

Exporter::~Exporter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_by_ = steady_clock::now() + last_words;
  }
  poster_.hurry(stop_by_);
  wake_.notify_all();
  thread_.join();
}

void Exporter::Writer::flush() {
  if (spans_ == 0) return;
  chunk_ = exporter_->hand_over(std::move(chunk_), spans_);
  spans_ = 0;
}

std::string Exporter::hand_over(std::string chunk, std::uint32_t spans) {
  std::string spare;
  bool full_batch = false;
  {
    const std::lock_guard lock(mutex_);
    if (queued_ + spans > options_.queue) {
      count(Fate::queue_full, spans);
      chunk.clear();
      return chunk;
    }
    queue_.push_back({std::move(chunk), spans});
    queued_ += spans;
    // The first one starts the interval, a full batch ends it.
    full_batch = queued_ == spans || queued_ >= batch_size();
    if (!spare_.empty()) {
      spare = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  if (full_batch) wake_.notify_one();
  return spare;
}

void Exporter::run() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  for (;;) {
    auto batch = next_batch();
    if (batch.empty()) return;
    deliver(batch);
    keep_spare(batch);
  }
}

// Waits until there is enough to send, or some has waited long enough. Empty: it is over.
Exporter::Batch Exporter::next_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || queued_ > 0; });
  wake_.wait_for(lock, options_.interval, [this] { return stopping_ || queued_ >= batch_size(); });
  Batch batch;
  for (std::size_t spans = 0; !queue_.empty() && spans < most_in_batch;) {
    spans += queue_.front().spans;
    queued_ -= queue_.front().spans;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Exporter::deliver(const Batch& batch) {
  std::vector<std::string_view> texts;
  std::uint64_t spans = 0;
  for (const auto& chunk : batch) {
    texts.push_back(chunk.text);
    spans += chunk.spans;
  }
  const std::string body = telemetry::export_body(options_.resource, texts);
  const auto since = steady_clock::now();
  for (std::uint32_t attempts = 1;; ++attempts) {
    const auto reply = poster_.post(body, options_.timeout);
    const auto verdict = judge(reply);
    if (verdict == ExportVerdict::taken) {
      const auto rejected = std::min(spans, telemetry::rejected_spans(reply.body));
      count(Fate::exported, spans - rejected);
      count(Fate::rejected, rejected);
      return note({});
    }
    failed_attempts_.fetch_add(1, std::memory_order_relaxed);
    note(why_of(reply));
    if (verdict == ExportVerdict::again && again(reply, attempts, since)) continue;
    return count(Fate::failed, spans);
  }
}

// Waits for the next attempt, unless it would come too late.
bool Exporter::again(const ExportReply& reply, std::uint32_t attempts, steady_clock::time_point since) {
  const auto next = steady_clock::now() + telemetry::export_pause(options_.patience, attempts, reply.retry_after, random_());
  std::unique_lock lock(mutex_);
  if (next > since + options_.patience.whole || next > stop_by_) return false;
  wake_.wait_until(lock, next, [this, next] { return next > stop_by_; });
  return next <= stop_by_;
}

void Exporter::note(const std::string& why) {
  const auto where = "traces to " + to_string(options_.collector) + ": ";
  const auto now = why.empty() ? std::string() : where + why + "; spans wait, and are lost when too many do";
  bool before = false;
  {
    const std::lock_guard lock(mutex_);
    if (now == problem_) return;
    before = !problem_.empty();
    problem_ = now;
  }
  if (!report_ || (before && !now.empty())) return;  // one line when it begins, one when it ends
  report_(!now.empty(), now.empty() ? where + "they are taken again" : now);
}

void Exporter::keep_spare(Batch& batch) {
  const std::lock_guard lock(mutex_);
  for (auto& chunk : batch) {
    if (spare_.size() >= 8) return;
    chunk.text.clear();
    spare_.push_back(std::move(chunk.text));
  }
}

std::uint64_t Exporter::queued() const {
  const std::lock_guard lock(mutex_);
  return queued_;
}

std::string Exporter::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

std::string Exporter::prometheus(const std::string& prefix) const {
  std::string out;
  const auto spans = prefix + "_trace_spans_total", failures = prefix + "_trace_export_failures_total",
             waiting = prefix + "_trace_queued_spans";
  put_family(out, spans, "counter", "Spans by what became of them.");
  for (std::size_t i = 0; i < fates; ++i)
    out.append(spans).append("{result=\"").append(to_string(static_cast<Fate>(i))).append("\"} " + std::to_string(count(static_cast<Fate>(i))) + '\n');
  put_family(out, failures, "counter", "Attempts to hand a batch to the collector that failed.");
  out.append(failures).append(" " + std::to_string(failed_attempts()) + '\n');
  put_family(out, waiting, "gauge", "Spans that wait for the collector.");
  return out.append(waiting).append(" " + std::to_string(queued()) + '\n');
}

}  // namespace banyan::tracing
