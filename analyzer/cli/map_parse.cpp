#include "analyzer/cli/map_parse.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <exception>
#include <fstream>
#include <mutex>
#include <thread>

namespace banyan::cli {
namespace {

constexpr std::size_t kUnitMegabytes = 800;

std::atomic<bool> interrupt_wanted{false};

// The first Ctrl-C finishes the units in hand; the second leaves at once.
extern "C" void on_interrupt(int) {
  if (interrupt_wanted.exchange(true)) _exit(kInterrupted);
}

class InterruptGuard {
 public:
  InterruptGuard() {
    interrupt_wanted = false;
    struct sigaction action{};
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
  }
  ~InterruptGuard() {
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction old_int_{};
  struct sigaction old_term_{};
};

std::size_t available_megabytes() {
  std::ifstream info("/proc/meminfo");
  std::string name;
  std::size_t kilobytes = 0;
  std::string unit;
  while (info >> name >> kilobytes >> unit) {
    if (name == "MemAvailable:") return kilobytes / 1024;
    info.clear();
  }
  return 0;
}

std::int64_t now_nanoseconds() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

}  // namespace

unsigned default_jobs() {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t memory = available_megabytes();
  if (memory == 0) return cores;
  return std::clamp(static_cast<unsigned>(memory / kUnitMegabytes), 1U, cores);
}

ParseResult parse_units(const Project& project, const std::vector<std::size_t>& wanted, unsigned jobs,
                        fact_store::Store& store, Progress& progress) {
  const InterruptGuard guard;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> parsed{0};
  std::exception_ptr failure;
  std::mutex mutex;
  const auto work = [&] {
    for (std::size_t i = next++; i < wanted.size() && !interrupt_wanted; i = next++) {
      const auto& command = project.database.commands[wanted[i]];
      const std::int64_t started = now_nanoseconds();
      try {
        const facts::UnitFacts facts = facts::parse_unit(request_of(command, project.root));
        store.put(unit_of(command, project.root), facts, started);
        ++parsed;
        progress.done(facts.main_file, !facts.errors.empty());
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
        interrupt_wanted = true;
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1U, jobs); ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  progress.finish();
  if (failure) std::rethrow_exception(failure);
  store.flush();
  return {parsed, interrupt_wanted && parsed < wanted.size()};
}

std::vector<std::size_t> spread(std::size_t total, std::size_t count) {
  std::vector<std::size_t> out;
  if (count >= total) count = total;
  for (std::size_t i = 0; i < count; ++i) out.push_back(i * total / count);
  return out;
}

}  // namespace banyan::cli
