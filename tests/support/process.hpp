// Child processes for end-to-end tests and the demo. Standard output and error go to one log file, which is also how
// "listening on ..." lines are waited for. A Process that goes out of scope is killed, and the kernel kills it too when
// the parent dies. Not thread-safe; one owner.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::support {

using std::chrono::milliseconds;

class Process {
 public:
  // Throws std::system_error when the program cannot be started.
  Process(std::vector<std::string> argv, std::filesystem::path log, std::vector<std::string> extra_env = {});
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }
  bool running();

  // The rest of the first log line that contains `marker`, after it. Throws std::runtime_error with the log's tail
  // when the process ends first or the deadline passes.
  std::string wait_for_line(std::string_view marker, milliseconds deadline = std::chrono::seconds(30));

  void send(int signal);
  // The exit code (128 + n for signal n); nullopt when it still runs at the deadline.
  std::optional<int> wait(milliseconds deadline = std::chrono::seconds(30));
  // SIGTERM, then SIGKILL after the grace time.
  void stop(milliseconds grace = std::chrono::seconds(5));
  void kill_hard();

  std::string log_text() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  std::filesystem::path log_;
};

struct Output {
  int exit_code = 0;
  std::string out;
  std::string err;
};

// Runs a program to its end, collecting both streams; used for the command-line verbs.
Output run(const std::vector<std::string>& argv, milliseconds deadline = std::chrono::seconds(120),
           const std::vector<std::string>& extra_env = {});

// A new empty folder under the system's temporary folder, removed with the object unless kept.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// A TCP port of the loopback that nothing listens on at this moment.
std::uint16_t free_port();

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view text);

// Calls `condition` until it is true; false when the deadline passed.
template <typename Condition>
bool eventually(Condition condition, milliseconds deadline = std::chrono::seconds(10));

void pause_briefly();  // one scheduling slice of a polling loop

template <typename Condition>
bool eventually(Condition condition, milliseconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    pause_briefly();
  }
  return true;
}

}  // namespace banyan::support
