#include "tests/support/process.hpp"

#include "tests/support/loopback.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace banyan::support {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

// Between fork and exec only async-signal-safe calls are allowed, so everything is prepared before.
pid_t spawn(std::vector<std::string> argv, std::vector<std::string> extra_env, int out, int err) {
  for (char** entry = environ; *entry != nullptr; ++entry) extra_env.emplace_back(*entry);
  auto arguments = pointers(argv);
  auto environment = pointers(extra_env);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  setpgid(0, 0);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(arguments[0], arguments.data(), environment.data());
  _exit(127);
}

int decode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string tail(const std::string& text, std::size_t most = 2000) {
  return text.size() <= most ? text : text.substr(text.size() - most);
}

}  // namespace

Process::Process(std::vector<std::string> argv, std::filesystem::path log, std::vector<std::string> extra_env)
    : log_(std::move(log)) {
  const int file = open(log_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw std::system_error(errno, std::generic_category(), log_.string());
  pid_ = spawn(std::move(argv), std::move(extra_env), file, file);
  close(file);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_), log_(std::move(other.log_)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    kill_hard();
    pid_ = std::exchange(other.pid_, -1);
    exit_code_ = other.exit_code_;
    log_ = std::move(other.log_);
  }
  return *this;
}

Process::~Process() { kill_hard(); }

bool Process::running() { return pid_ > 0 && !wait(milliseconds(0)).has_value(); }

std::string Process::wait_for_line(std::string_view marker, milliseconds deadline) {
  std::string rest;
  const auto found = [&] {
    const std::string text = log_text();
    const auto at = text.find(marker);
    if (at == std::string::npos) return false;
    const auto end = text.find('\n', at);
    if (end == std::string::npos) return false;
    rest = text.substr(at + marker.size(), end - at - marker.size());
    return true;
  };
  const bool ended_or_found = eventually([&] { return found() || !running(); }, deadline);
  if (ended_or_found && found()) return rest;
  throw std::runtime_error("no line with '" + std::string(marker) + "' in " + log_.string() + ":\n" + tail(log_text()));
}

void Process::send(int signal) {
  if (pid_ > 0 && !exit_code_) ::kill(pid_, signal);
}

std::optional<int> Process::wait(milliseconds deadline) {
  if (pid_ <= 0 || exit_code_) return exit_code_;
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (true) {
    int status = 0;
    const pid_t done = waitpid(pid_, &status, WNOHANG);
    if (done == pid_) return exit_code_ = decode(status);
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    pause_briefly();
  }
}

void Process::stop(milliseconds grace) {
  send(SIGTERM);
  if (!wait(grace)) kill_hard();
}

void Process::kill_hard() {
  if (pid_ <= 0 || exit_code_) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  int status = 0;
  if (waitpid(pid_, &status, 0) == pid_) exit_code_ = decode(status);
}

std::string Process::log_text() const { return read_file(log_); }

Output run(const std::vector<std::string>& argv, milliseconds deadline, const std::vector<std::string>& extra_env) {
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  const pid_t child = spawn(argv, extra_env, out[1], err[1]);
  close(out[1]);
  close(err[1]);
  Output result;
  const auto until = std::chrono::steady_clock::now() + deadline;
  pollfd fds[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string* sinks[2] = {&result.out, &result.err};
  int open_streams = 2;
  while (open_streams > 0) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0 || poll(fds, 2, static_cast<int>(left)) == 0) {
      ::kill(-child, SIGKILL);
      break;
    }
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || (fds[i].revents & (POLLIN | POLLHUP)) == 0) continue;
      char buffer[16384];
      const ssize_t count = read(fds[i].fd, buffer, sizeof buffer);
      if (count > 0) {
        sinks[i]->append(buffer, static_cast<std::size_t>(count));
      } else {
        fds[i].fd = -1;
        --open_streams;
      }
    }
  }
  close(out[0]);
  close(err[0]);
  int status = 0;
  waitpid(child, &status, 0);
  result.exit_code = decode(status);
  return result;
}

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "banyan-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), pattern);
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::uint16_t free_port() {
  std::uint16_t port = 0;
  ::close(listen_on_loopback(port));
  return port;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream << text;
  if (!stream.flush()) throw std::runtime_error("cannot write " + path.string());
}

void pause_briefly() {
  const timespec slice{0, 5'000'000};
  nanosleep(&slice, nullptr);
}

}  // namespace banyan::support
