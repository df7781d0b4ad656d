// A few threads, each with a read-only connection of its own. Every read sees one snapshot: it runs in a read
// transaction, so joined look-ups cannot tear while the writer commits.
//
// submit() may be called from any thread; work and done run on a pool thread.
#pragma once
#include "extracted_services/store/write_queue.hpp"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

namespace banyan::store {

class ReadPool {
 public:
  ReadPool(const std::filesystem::path& file, std::size_t threads, std::size_t queue_limit = 4096);
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;
  ~ReadPool();

  // False: the queue is full or stopping, and neither work nor done will run.
  [[nodiscard]] bool submit(Work work, Done done);
  // Finishes what is queued, ends the threads and closes their connections. Safe to call twice.
  void stop();

 private:
  struct Job {
    Work work;
    Done done;
  };
  void loop(Connection& connection);

  std::vector<std::unique_ptr<Connection>> connections_;
  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace banyan::store
