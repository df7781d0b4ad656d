#include "extracted_services/store/read_pool.hpp"

#include <utility>

namespace banyan::store {
namespace {

std::exception_ptr read_snapshot(Connection& connection, const Work& work) {
  try {
    Savepoint snapshot(connection, "one_read");
    work(connection);
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace

ReadPool::ReadPool(const std::filesystem::path& file, std::size_t threads, std::size_t queue_limit)
    : queue_limit_(queue_limit) {
  // All connections first: a thread started before a failing open would have to be stopped again.
  for (std::size_t i = 0; i < threads; ++i) connections_.push_back(open_reader(file));
  for (auto& connection : connections_) threads_.emplace_back([this, &connection] { loop(*connection); });
}

ReadPool::~ReadPool() { stop(); }

bool ReadPool::submit(Work work, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= queue_limit_) return false;
    jobs_.push_back({std::move(work), std::move(done)});
  }
  wake_.notify_one();
  return true;
}

void ReadPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
  connections_.clear();
}

void ReadPool::loop(Connection& connection) {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job.done(read_snapshot(connection, job.work));
    lock.lock();
  }
}

}  // namespace banyan::store
