#include "core/intent_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

namespace shop::core {
namespace {

constexpr std::size_t kLinesBeforeRewrite = 1000;

[[noreturn]] void fail(const std::string& path) { throw std::system_error(errno, std::generic_category(), path); }

void drop(std::vector<Intent>& open, const std::string& key) {
  std::erase_if(open, [&](const Intent& intent) { return intent.key == key; });
}

// "+ KEY TRACE" or "- KEY". The last line may be torn: it was never acted on.
std::vector<Intent> read(const std::string& path) {
  std::vector<Intent> open;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line) && !in.eof();) {
    std::istringstream words(line);
    std::string sign;
    Intent intent;
    words >> sign >> intent.key >> intent.trace;
    drop(open, intent.key);
    if (sign == "+") open.push_back(intent);
  }
  return open;
}

}  // namespace

IntentLog::IntentLog(std::string path) : path_(std::move(path)), open_(read(path_)) { rewrite(); }

IntentLog::~IntentLog() {
  if (file_ >= 0) ::close(file_);
}

void IntentLog::append(const std::string& line, bool flush) {
  if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) fail(path_);
  if (flush && ::fdatasync(file_) != 0) fail(path_);
  ++lines_;
}

void IntentLog::rewrite() {
  const std::string fresh = path_ + ".new";
  const int file = ::open(fresh.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) fail(fresh);
  if (file_ >= 0) ::close(file_);
  file_ = file;
  lines_ = 0;
  for (const auto& intent : open_) append("+ " + intent.key + " " + intent.trace + "\n", false);
  if (::fdatasync(file_) != 0 || std::rename(fresh.c_str(), path_.c_str()) != 0) fail(path_);
}

void IntentLog::opened(const Intent& intent) {
  append("+ " + intent.key + " " + intent.trace + "\n", true);
  open_.push_back(intent);
}

void IntentLog::closed(const std::string& key) {
  drop(open_, key);
  append("- " + key + "\n", false);
  if (lines_ >= kLinesBeforeRewrite) rewrite();
}

}  // namespace shop::core
