#include "extracted_services/outbox/relay.hpp"

#include "extracted_services/safety/rules.hpp"
#include "extracted_services/service/spans.hpp"

#include <algorithm>

namespace banyan::outbox {
using safety::holds;
using safety::Rule;

namespace {

// Each event belongs to another trace: it was on its way from `begin` until the log had it.
void record_spans(const std::vector<std::string>& traceparents, const std::string& topic,
                  service::spans::Span::Clock::time_point begin) {
  for (const auto& traceparent : traceparents) {
    service::spans::Span span(telemetry::SpanKind::producer, traceparent, "send " + topic, begin);
    span.text("messaging.destination.name", topic);
    span.text("messaging.operation.type", "send");
    span.end();
  }
}

}  // namespace

std::size_t forward(const store::Access& access, event_log::Log& log, const std::string& topic,
                    const Limits& limits) {
  std::vector<event_log::Message> messages;
  std::vector<std::int64_t> sent;
  std::vector<std::string> traceparents;
  const auto begin = service::spans::Span::Clock::now();
  access.read([&](store::Connection& db) {
    const auto rows = waiting(db, limits);
    const auto name = rows.empty() ? std::string() : producer(db);
    for (const auto& row : rows) {
      messages.push_back({row.event.key, to_cloud_event(name, row)});
      sent.push_back(row.position);
      if (!row.event.traceparent.empty()) traceparents.push_back(row.event.traceparent);
    }
  });
  if (sent.empty()) return 0;
  const auto forget_them = [&](store::Connection& db) { forget(db, sent); };
  if (!holds(Rule::forget_after_ack)) access.write(forget_them);
  log.append(topic, messages);
  record_spans(traceparents, topic, begin);
  if (holds(Rule::forget_after_ack)) access.write(forget_them);
  return sent.size();
}

Relay::Relay(store::Access access, event_log::Log& log, Options options,
             std::function<void(const std::string&)> failed)
    : access_(std::move(access)), log_(log), options_(std::move(options)), failed_(std::move(failed)) {}

Relay::~Relay() { stop(); }

void Relay::start() {
  thread_ = std::thread([this] { loop(); });
}

void Relay::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void Relay::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  log_.wake();
  if (thread_.joinable()) thread_.join();
}

void Relay::loop() {
  auto pause = options_.first_pause;
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      woken_ = false;  // before looking: what is committed after the look wakes again
    }
    const bool moved = step();
    if (failing_) {
      wait(pause, false);
      pause = std::min(pause * 2, options_.longest_pause);
      continue;
    }
    pause = options_.first_pause;
    if (!moved) wait(options_.look_again, true);
  }
}

bool Relay::step() {
  try {
    const auto moved = forward(access_, log_, options_.topic, options_.limits);
    sent_ += moved;
    failing_ = false;
    return moved > 0;
  } catch (const std::exception& failure) {
    ++failures_;
    failing_ = true;
    failed_(failure.what());
    return false;
  }
}

void Relay::wait(std::chrono::milliseconds at_most, bool for_commits) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [&] { return stopping_ || (for_commits && woken_); });
}

}  // namespace banyan::outbox
