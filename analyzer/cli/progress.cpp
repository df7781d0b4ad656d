#include "analyzer/cli/progress.hpp"

#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace banyan::cli {
namespace {

std::string duration(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole >= 3600) return llvm::formatv("{0}h{1,0+2}m", whole / 3600, whole / 60 % 60).str();
  if (whole >= 60) return llvm::formatv("{0}m{1,0+2}s", whole / 60, whole % 60).str();
  return std::to_string(whole) + "s";
}

}  // namespace

ProgressStyle progress_style(const std::string& wanted, bool quiet) {
  if (wanted == "json") return ProgressStyle::json;
  if (quiet || wanted == "none") return ProgressStyle::none;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  if (wanted == "plain" || isatty(STDERR_FILENO) == 0 || dumb) return ProgressStyle::lines;
  return ProgressStyle::terminal;
}

std::string progress_text(std::size_t done, std::size_t total, std::size_t failed, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string out = llvm::formatv("[{0}/{1}] {2} failed, {3:F1} units/s", done, total, failed, rate).str();
  if (done < total && rate > 0) out += ", ETA " + duration(static_cast<double>(total - done) / rate);
  return out;
}

Progress::Progress(std::size_t total, ProgressStyle style) : total_(total), style_(style) {}

Progress::~Progress() { finish(); }

void Progress::done(const std::string& file, bool failed) {
  const std::lock_guard lock(mutex_);
  ++done_;
  failed_ += failed ? 1 : 0;
  show(file, done_ == total_);
}

void Progress::finish() {
  const std::lock_guard lock(mutex_);
  if (line_open_) std::fputc('\n', stderr);
  line_open_ = false;
}

void Progress::show(const std::string& file, bool last) {
  if (style_ == ProgressStyle::none) return;
  const auto now = Clock::now();
  const auto pause =
      style_ == ProgressStyle::lines ? std::chrono::milliseconds(10'000) : std::chrono::milliseconds(100);
  if (!last &&
      now - (style_ == ProgressStyle::lines && shown_ == Clock::time_point{} ? start_ : shown_) < pause)
    return;
  shown_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  if (style_ == ProgressStyle::json) {
    std::string line;
    llvm::raw_string_ostream(line) << llvm::json::Value(
        llvm::json::Object{{"done", static_cast<std::int64_t>(done_)},
                           {"total", static_cast<std::int64_t>(total_)},
                           {"failed", static_cast<std::int64_t>(failed_)},
                           {"seconds", seconds},
                           {"file", file}});
    std::fprintf(stderr, "%s\n", line.c_str());
    return;
  }
  const std::string text = progress_text(done_, total_, failed_, seconds);
  if (style_ == ProgressStyle::terminal) {
    std::fprintf(stderr, "\r\033[K%s  %s", text.c_str(), file.substr(0, 40).c_str());
    line_open_ = true;
  } else {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
  std::fflush(stderr);
}

}  // namespace banyan::cli
