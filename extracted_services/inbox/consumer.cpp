#include "extracted_services/inbox/consumer.hpp"

#include <algorithm>

namespace banyan::inbox {
namespace {

void seek_stored(const store::Access& access, event_log::Subscription& subscription, const std::string& topic,
                 const std::vector<int>& partitions) {
  std::vector<std::int64_t> offsets;
  access.read([&](store::Connection& db) {
    for (const int partition : partitions) offsets.push_back(next_offset(db, topic, partition));
  });
  for (std::size_t i = 0; i < partitions.size(); ++i) subscription.seek(partitions[i], offsets[i]);
}

void take_over(const store::Access& access, event_log::Subscription& subscription, const std::string& topic,
               std::vector<int>& assigned, const std::vector<int>& now) {
  std::vector<int> fresh;
  for (const int partition : now)
    if (std::find(assigned.begin(), assigned.end(), partition) == assigned.end()) fresh.push_back(partition);
  seek_stored(access, subscription, topic, fresh);
  assigned = now;
}

}  // namespace

Counts consume(const store::Access& access, event_log::Subscription& subscription, const std::string& topic,
               std::vector<int>& assigned, const Handler& handler, std::size_t limit,
               std::chrono::milliseconds wait) {
  const auto batch = subscription.poll(limit, wait);
  if (batch.assigned) take_over(access, subscription, topic, assigned, *batch.assigned);
  Counts counts;
  if (batch.records.empty()) return counts;
  try {
    access.write([&](store::Connection& db) { counts = receive(db, topic, batch.records, handler); });
  } catch (...) {
    // What was polled is not applied: it must be polled again.
    seek_stored(access, subscription, topic, assigned);
    throw;
  }
  return counts;
}

Consumer::Consumer(store::Access access, event_log::Log& log, Options options, Handler handler,
                   std::function<void(const std::string&)> failed)
    : access_(std::move(access)),
      log_(log),
      options_(std::move(options)),
      handler_(std::move(handler)),
      failed_(std::move(failed)) {}

Consumer::~Consumer() { stop(); }

void Consumer::start() {
  thread_ = std::thread([this] { loop(); });
}

void Consumer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (subscription_) subscription_->wake();
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Consumer::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Consumer::pause(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [this] { return stopping_; });
}

void Consumer::step(std::vector<int>& assigned) {
  if (!subscription_) {
    auto made = log_.subscribe(options_.topic, options_.group, options_.member);
    const std::lock_guard lock(mutex_);
    subscription_ = std::move(made);
    if (stopping_) return;
  }
  const auto counts =
      consume(access_, *subscription_, options_.topic, assigned, handler_, options_.batch, options_.wait);
  applied_ += counts.applied;
  dropped_ += counts.dropped;
  parked_ += counts.parked;
  behind_ = subscription_->behind();
}

void Consumer::loop() {
  auto wait = options_.first_pause;
  std::vector<int> assigned;
  while (!stopping()) {
    try {
      step(assigned);
      failing_ = false;
      wait = options_.first_pause;
    } catch (const std::exception& failure) {
      if (stopping()) break;
      ++failures_;
      failing_ = true;
      failed_(failure.what());
      pause(wait);
      wait = std::min(wait * 2, options_.longest_pause);
    }
  }
  const std::lock_guard lock(mutex_);
  subscription_.reset();
}

}  // namespace banyan::inbox
