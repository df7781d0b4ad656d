#include "extracted_services/store/write_queue.hpp"

#include <iterator>
#include <utility>

namespace banyan::store {

WriteQueue::WriteQueue(std::unique_ptr<Connection> connection)
    : WriteQueue(std::move(connection), Limits{}) {}

WriteQueue::WriteQueue(std::unique_ptr<Connection> connection, Limits limits)
    : connection_(std::move(connection)), limits_(limits), thread_([this] { loop(); }) {}

WriteQueue::~WriteQueue() { stop(); }

bool WriteQueue::submit(Work work, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= limits_.queued) return false;
    jobs_.push_back({std::move(work), std::move(done), nullptr});
  }
  wake_.notify_one();
  return true;
}

void WriteQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

WriteStats WriteQueue::stats() const { return {commits_, writes_, failed_}; }

std::size_t WriteQueue::queued() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void WriteQueue::loop() {
  for (auto group = next_group(); !group.empty(); group = next_group()) commit(group);
  connection_.reset();
}

std::vector<WriteQueue::Job> WriteQueue::next_group() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
  const auto size = static_cast<std::ptrdiff_t>(std::min(jobs_.size(), limits_.group));
  std::vector<Job> group(std::make_move_iterator(jobs_.begin()),
                         std::make_move_iterator(jobs_.begin() + size));
  jobs_.erase(jobs_.begin(), jobs_.begin() + size);
  return group;
}

void WriteQueue::commit(std::vector<Job>& group) {
  std::exception_ptr lost;
  try {
    connection_->run("BEGIN IMMEDIATE");
    for (auto& job : group) run_one(job);
    connection_->run("COMMIT");
    ++commits_;
    tell_watchers();
  } catch (const std::exception& failure) {
    lost = std::make_exception_ptr(GroupLost(std::string("the write was not kept: ") + failure.what()));
    abandon();
  }
  for (auto& job : group) {
    if (!job.error) job.error = lost;
    ++(job.error ? failed_ : writes_);
    job.done(job.error);
  }
}

void WriteQueue::watch_commits(std::function<void()> noticed) {
  const std::lock_guard lock(mutex_);
  watchers_.push_back(std::move(noticed));
}

void WriteQueue::tell_watchers() {
  std::vector<std::function<void()>> watchers;
  {
    const std::lock_guard lock(mutex_);
    watchers = watchers_;
  }
  for (const auto& noticed : watchers) noticed();
}

void WriteQueue::run_one(Job& job) {
  try {
    Savepoint own(*connection_, "one_write");
    job.work(*connection_);
    own.keep();
  } catch (...) {
    job.error = std::current_exception();
  }
  // Disk full and I/O errors make SQLite roll back the neighbours too: none of them may be acknowledged.
  if (!connection_->in_transaction()) throw GroupLost("SQLite rolled the transaction back");
}

void WriteQueue::abandon() noexcept {
  try {
    if (connection_->in_transaction()) connection_->run("ROLLBACK");
  } catch (...) {
    // Nothing was committed; the next BEGIN reports what is wrong with the file.
  }
}

}  // namespace banyan::store
