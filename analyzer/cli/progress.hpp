// How far the parsing is, on stderr: one rewritten line on a terminal, a line every ten seconds elsewhere, or
// JSON lines for programs. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace banyan::cli {

enum class ProgressStyle { none, terminal, lines, json };

ProgressStyle progress_style(const std::string& wanted, bool quiet);

// "412/2870 units, 7 failed, 38.0 units/s, ETA 1m05s"
std::string progress_text(std::size_t done, std::size_t total, std::size_t failed, double seconds);

class Progress {
 public:
  Progress(std::size_t total, ProgressStyle style);
  ~Progress();
  void done(const std::string& file, bool failed);
  void finish();
  std::size_t completed() const { return done_; }

 private:
  using Clock = std::chrono::steady_clock;
  void show(const std::string& file, bool last);

  std::mutex mutex_;
  std::size_t total_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  ProgressStyle style_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_{};
  bool line_open_ = false;
};

}  // namespace banyan::cli
