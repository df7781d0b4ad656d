#include "router/fleet/health.hpp"

namespace banyan::fleet {
namespace {

std::int64_t ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void Health::took_over() {
  const std::lock_guard lock(mutex_);
  if (!report_.in_step) since_ = Clock::now();
  answered_ = Clock::now();
  report_.in_step = report_.ever = true;
  report_.trouble.clear();
  ++report_.listings;
  changed_.notify_all();
}

void Health::failed(const std::string& trouble) {
  const std::lock_guard lock(mutex_);
  if (report_.in_step) since_ = Clock::now();
  report_.in_step = false;
  report_.trouble = trouble;
  ++report_.failures;
}

void Health::count_older_answer() {
  const std::lock_guard lock(mutex_);
  ++report_.older_answers;
}

void Health::count_lost_watch(bool compacted) {
  const std::lock_guard lock(mutex_);
  ++(compacted ? report_.compactions : report_.watches_lost);
}

Report Health::report() const {
  const std::lock_guard lock(mutex_);
  Report out = report_;
  out.for_ms = ms_since(since_);
  if (out.ever) out.answer_ms = ms_since(answered_);
  return out;
}

bool Health::wait_until_in_step(std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return report_.in_step; });
}

}  // namespace banyan::fleet
