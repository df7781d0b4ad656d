// The access log: one JSON object a line. A worker formats into its own chunk; full or aged chunks go to a thread
// that writes them. When that thread cannot keep up, or the disk takes nothing, chunks are dropped and their lines
// counted, never waited for. A file that was renamed or removed, as log rotation does, is opened anew by its name.
//
// AccessLog: any thread. Writer: one thread each, and not after its AccessLog is gone.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace banyan::telemetry {

struct AccessEntry {
  std::int64_t unix_ms = 0;  // when the answer was finished
  std::string_view client, method, target, host;
  int status = 0;  // 0: none was sent
  std::string_view answer;  // "2xx" .. "router", "truncated", "client_gone"
  std::string_view cutover, stage, side, reason;
  std::int64_t bucket = -1;  // -1: nobody to hash
  std::string_view upstream, endpoint;
  std::string_view aggregation, parts;  // "order:ok payment:timed_out"
  std::string_view caller;      // stands for the cohort key, which is not logged itself
  std::string_view user_agent;
  std::string_view problem;  // word of the router's own answer
  std::string_view trace_id;
  std::string_view baggage;  // JSON members, or empty
  std::uint64_t bytes_in = 0, bytes_out = 0;
  std::uint32_t duration_us = 0, upstream_us = 0, connect_us = 0;
  std::uint32_t attempts = 1;
  bool reused = false;
  bool shadowed = false;
};

// Appends the entry as one line. Pure.
void append_json(std::string& out, const AccessEntry& entry);

class AccessLog {
 public:
  // Told, on the writing thread, when writing begins to fail and when it works again.
  using Report = std::function<void(bool error, const std::string& line)>;
  // "stdout", "stderr" or a file to append to; throws std::system_error when it cannot be opened.
  explicit AccessLog(const std::string& path, Report report = {});
  ~AccessLog();  // writes what is queued
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  class Writer {
   public:
    explicit Writer(AccessLog* log) : log_(log) {}
    ~Writer() { flush(); }
    bool on() const { return log_ != nullptr; }
    void add(const AccessEntry& entry);
    void flush();  // hands over what has been collected

   private:
    AccessLog* log_;
    std::string chunk_;
    std::uint32_t lines_ = 0;
  };

  std::uint64_t dropped_lines() const { return dropped_.load(std::memory_order_relaxed); }
  std::string problem() const;  // why lines are being lost at this moment; empty: they are not

 private:
  struct Chunk {
    std::string text;
    std::uint32_t lines = 0;
  };
  // Gives back an emptied string to fill again.
  std::string hand_over(std::string chunk, std::uint32_t lines);
  void run();
  void reopen_if_moved();
  int write_all(std::string_view text);  // 0 or errno
  void write_out(const Chunk& chunk);
  void note(int error);

  static constexpr std::size_t most_chunks = 64;

  const std::string path_;
  const Report report_;
  int file_ = -1;
  bool owns_file_ = false;
  bool torn_ = false;  // the last line in the file is not whole
  std::atomic<std::uint64_t> dropped_{0};
  mutable std::mutex mutex_;
  std::string problem_;
  std::condition_variable wake_;
  std::deque<Chunk> queue_;
  std::deque<std::string> spare_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace banyan::telemetry
