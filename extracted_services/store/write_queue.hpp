// The one thread that writes a database file. Work from many requests shares a transaction and therefore an
// fsync: whatever is queued when the thread comes back from the last commit forms the next group.
//
// Guarantees: (1) each work runs in a savepoint of its own: what throws leaves nothing behind and does not
// touch its neighbours; (2) `done` runs after the commit is on disk, or with the reason why nothing of this
// work was kept; (3) submission order is execution order. submit() may be called from any thread; work and
// done run on the database thread, so done must only hand over (post), never block or throw.
#pragma once
#include "extracted_services/store/connection.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace banyan::store {

using Work = std::function<void(Connection&)>;
using Done = std::function<void(std::exception_ptr)>;

// The transaction that carried this work was lost through a neighbour or the disk. Nothing was kept: retry.
struct GroupLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct WriteStats {
  std::uint64_t commits = 0;  // groups that reached the disk
  std::uint64_t writes = 0;   // works in them
  std::uint64_t failed = 0;   // works rolled back
};

class WriteQueue {
 public:
  struct Limits {
    std::size_t queued = 4096;  // beyond this submit() refuses, so that callers can say "busy" early
    std::size_t group = 256;    // bounds how long the first of a group waits for the last
  };

  WriteQueue(std::unique_ptr<Connection> connection, Limits limits);
  explicit WriteQueue(std::unique_ptr<Connection> connection);
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;
  ~WriteQueue();

  // False: the queue is full or stopping, and neither work nor done will run.
  [[nodiscard]] bool submit(Work work, Done done);
  // `noticed` runs on the database thread after every commit, before the dones of its group; it must only
  // hand over, and what it uses must outlive stop().
  void watch_commits(std::function<void()> noticed);
  // Finishes what is queued, then ends the thread. Safe to call twice.
  void stop();
  WriteStats stats() const;
  std::size_t queued() const;

 private:
  struct Job {
    Work work;
    Done done;
    std::exception_ptr error;
  };
  void loop();
  std::vector<Job> next_group();
  void commit(std::vector<Job>& group);
  void run_one(Job& job);
  void abandon() noexcept;
  void tell_watchers();

  std::unique_ptr<Connection> connection_;
  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::vector<std::function<void()>> watchers_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> commits_{0}, writes_{0}, failed_{0};
  std::thread thread_;
};

}  // namespace banyan::store
