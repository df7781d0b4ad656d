#include "analyzer/cli/map_parse.hpp"

#include "analyzer/cli/batches.hpp"
#include "analyzer/facts/merged.hpp"

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
constexpr std::size_t kBaseMegabytes = 150;

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

unsigned jobs_of(const ParseOptions& options) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned wanted = options.jobs != 0 ? options.jobs : cores;
  const std::size_t memory = options.megabytes != 0 ? options.megabytes : available_megabytes();
  if (memory == 0 || (options.jobs != 0 && options.megabytes == 0)) return wanted;
  return std::clamp(static_cast<unsigned>(memory / kUnitMegabytes), 1U, wanted);
}

namespace {

// The work of all threads, and where it goes.
class Parsing {
 public:
  Parsing(const Project& project, const std::vector<std::size_t>& wanted, const ParseOptions& options,
      fact_store::Store& store, Progress& progress)
      : project_(project), wanted_(wanted), store_(store), progress_(progress), jobs_(jobs_of(options)) {
    std::vector<std::string> keys;
    for (const std::size_t unit : wanted)
      keys.push_back(options.merge > 1 ? facts::merge_key(request_of(command(unit), project.root)) : "");
    batches_ = batches(keys, options.merge, jobs_);
    if (options.megabytes != 0) limits_.megabytes = merge_limit(options.megabytes / jobs_);
  }

  ParseResult run() {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < jobs_; ++i) threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
    progress_.finish();
    if (failure_) std::rethrow_exception(failure_);
    store_.flush();
    return {parsed_, merged_, interrupt_wanted && parsed_ < wanted_.size(), std::move(doubts_)};
  }

 private:
  using Units = std::vector<std::size_t>;  // positions in wanted_

  const compile_db::Command& command(std::size_t unit) const { return project_.database.commands[unit]; }
  facts::ParseRequest request(std::size_t position) const {
    return request_of(command(wanted_[position]), project_.root);
  }

  // Trees are about a third of what a parse holds; what the process holds by itself is not for them.
  static std::size_t merge_limit(std::size_t megabytes) {
    return megabytes > 2 * kBaseMegabytes ? (megabytes - kBaseMegabytes) / 3 : 1;
  }

  void work() {
    for (std::size_t i = next_++; i < batches_.size() && !interrupt_wanted; i = next_++) {
      try {
        parse(batches_[i]);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
        interrupt_wanted = true;
      }
    }
  }

  // Together; what is doubtful together once more, in other company; the rest alone.
  void parse(Units units) {
    Units alone;
    for (int round = 0; round < 2 && units.size() > 1; ++round) units = together(units, alone);
    alone.insert(alone.end(), units.begin(), units.end());
    for (const std::size_t position : alone) {
      if (interrupt_wanted) return;
      const std::int64_t started = now_nanoseconds();
      put(position, facts::parse_unit(request(position)), started);
    }
  }

  // Returns those worth another try; `alone` gets those with errors.
  Units together(const Units& units, Units& alone) {
    Units again;
    Units left = units;
    while (left.size() > 1 && !interrupt_wanted) {
      const std::int64_t started = now_nanoseconds();
      std::vector<facts::ParseRequest> requests;
      for (const std::size_t position : left) requests.push_back(request(position));
      const auto reasons = facts::parse_merged(requests, limits_, [&](std::size_t i, facts::UnitFacts facts) {
        ++merged_;
        put(left[i], facts, started);
        return !interrupt_wanted;
      });
      Units rest;
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (reasons[i] == facts::kNotReached) {
          rest.push_back(left[i]);
        } else if (!reasons[i].empty()) {
          const std::lock_guard lock(mutex_);
          doubts_.try_emplace(command(wanted_[left[i]]).file, reasons[i]);
          (reasons[i] == facts::kHasErrors ? alone : again).push_back(left[i]);
        }
      }
      if (rest.size() == left.size()) {  // its first unit let the parse go astray
        alone.push_back(rest.front());
        rest.erase(rest.begin());
      }
      left = std::move(rest);
    }
    again.insert(again.end(), left.begin(), left.end());
    return again;
  }

  void put(std::size_t position, const facts::UnitFacts& facts, std::int64_t started) {
    store_.put(unit_of(command(wanted_[position]), project_.root), facts, started);
    ++parsed_;
    progress_.done(facts.main_file, !facts.errors.empty());
  }

  const Project& project_;
  const std::vector<std::size_t>& wanted_;
  fact_store::Store& store_;
  Progress& progress_;
  unsigned jobs_;
  facts::MergeLimits limits_;
  std::vector<Units> batches_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> parsed_{0};
  std::atomic<std::size_t> merged_{0};
  std::map<std::string, std::string> doubts_;
  std::exception_ptr failure_;
  std::mutex mutex_;
};

}  // namespace

ParseResult parse_units(const Project& project, const std::vector<std::size_t>& wanted,
                        const ParseOptions& options, fact_store::Store& store, Progress& progress) {
  const InterruptGuard guard;
  return Parsing(project, wanted, options, store, progress).run();
}

std::vector<std::string> verify_units(const Project& project, const std::vector<std::size_t>& units,
                                      std::size_t count, fact_store::Store& store) {
  std::vector<std::string> different;
  store.flush();
  for (const std::size_t i : spread(units.size(), count)) {
    const auto& command = project.database.commands[units[i]];
    const fact_store::Unit unit = unit_of(command, project.root);
    const std::int64_t started = now_nanoseconds();
    const facts::UnitFacts facts = facts::parse_unit(request_of(command, project.root));
    if (store.holds(unit, facts)) continue;
    different.push_back(facts.main_file);
    store.put(unit, facts, started);
  }
  store.flush();
  std::sort(different.begin(), different.end());
  return different;
}

std::vector<std::size_t> spread(std::size_t total, std::size_t count) {
  std::vector<std::size_t> out;
  if (count >= total) count = total;
  for (std::size_t i = 0; i < count; ++i) out.push_back(i * total / count);
  return out;
}

}  // namespace banyan::cli
