#include "inventory/hold_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

namespace shop::inventory {
namespace {

constexpr std::size_t kLinesBeforeRewrite = 1000;

[[noreturn]] void fail(const std::string& path) { throw std::system_error(errno, std::generic_category(), path); }

void drop(std::vector<OpenHold>& open, const std::string& key) {
  std::erase_if(open, [&](const OpenHold& hold) { return hold.key == key; });
}

// "+ KEY TRACE" or "- KEY". The last line may be torn: it was never acted on.
std::vector<OpenHold> read(const std::string& path) {
  std::vector<OpenHold> open;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line) && !in.eof();) {
    std::istringstream words(line);
    std::string sign;
    OpenHold hold;
    words >> sign >> hold.key >> hold.trace;
    drop(open, hold.key);
    if (sign == "+") open.push_back(hold);
  }
  return open;
}

}  // namespace

HoldLog::HoldLog(std::string path) : path_(std::move(path)), open_(read(path_)) { rewrite(); }

HoldLog::~HoldLog() {
  if (file_ >= 0) ::close(file_);
}

void HoldLog::append(const std::string& line, bool flush) {
  if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) fail(path_);
  if (flush && ::fdatasync(file_) != 0) fail(path_);
  ++lines_;
}

void HoldLog::rewrite() {
  const std::string fresh = path_ + ".new";
  const int file = ::open(fresh.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) fail(fresh);
  if (file_ >= 0) ::close(file_);
  file_ = file;
  lines_ = 0;
  for (const auto& hold : open_) append("+ " + hold.key + " " + hold.trace + "\n", false);
  if (::fdatasync(file_) != 0 || std::rename(fresh.c_str(), path_.c_str()) != 0) fail(path_);
}

void HoldLog::opened(const OpenHold& hold) {
  append("+ " + hold.key + " " + hold.trace + "\n", true);
  open_.push_back(hold);
}

void HoldLog::closed(const std::string& key) {
  drop(open_, key);
  append("- " + key + "\n", false);
  if (lines_ >= kLinesBeforeRewrite) rewrite();
}

}  // namespace shop::inventory
