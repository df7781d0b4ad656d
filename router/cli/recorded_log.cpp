#include "router/cli/recorded_log.hpp"

#include "router/cutover/journal.hpp"
#include "router/cutover/sidecar.hpp"
#include "router/routing/stage_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace banyan::cli {
namespace {

void read_one(std::istream& stream, const std::string& name, LogCounts& counts,
              const std::function<void(const plan::Recorded&)>& take) {
  std::uint64_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.empty()) continue;
    if (const auto request = plan::parse_line(line)) {
      ++counts.read;
      take(*request);
    } else if (counts.unreadable++ == 0) {
      counts.first_unreadable = name + ":" + std::to_string(number);
    }
  }
}

}  // namespace

LogCounts read_logs(const Options& options, const config::Config& config,
                    const std::function<void(const plan::Recorded&)>& take) {
  std::vector<std::string> files = options.logs;
  const std::string& own = config.fixed.access_log;
  if (files.empty() && !own.empty() && own != "stdout" && own != "stderr") files.push_back(own);
  if (files.empty())
    throw std::runtime_error("no log to read: name one, or let static.access_log write one; `-` reads the standard input");
  LogCounts counts;
  for (const std::string& file : files) {
    if (file == "-") {
      read_one(std::cin, file, counts, take);
      continue;
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
    read_one(stream, file, counts, take);
  }
  if (counts.read == 0)
    throw std::runtime_error(counts.unreadable == 0 ? "the log is empty"
                                                    : "no line of the log can be read (the first: " + counts.first_unreadable +
                                                          "); expected this router's access log or the combined log format");
  return counts;
}

routing::Snapshot snapshot_on_disk(const std::shared_ptr<const config::Config>& config) {
  const std::string& state = config->fixed.state;
  const cutover::Journal journal(state, cutover::Journal::Access::read_only, std::chrono::milliseconds(1000));
  if (journal.trouble())
    std::cerr << "warning: " << journal.trouble()->what << "; every cutover is taken to be at legacy\n";
  auto states = journal.states();
  for (const cutover::SidecarEntry& entry : cutover::Sidecar(state).read()) {
    if (journal.has_sidecar_id(entry.id)) continue;
    const auto group = config->in_lockstep_with(entry.cutover);
    for (auto& [name, known] : states)
      if (entry.cutover == "*" || std::find(group.begin(), group.end(), name) != group.end())
        known = cutover::State{cutover::Stage::rolled_back, {}, 0, entry.note};
  }
  return {config, routing::make_stage_table(*config, states), 0};
}

int partial_or_done(const LogCounts& counts) {
  if (counts.unreadable == 0) return Exit::done;
  std::cerr << "warning: " << counts.unreadable << " lines could not be read, the first is " << counts.first_unreadable << "\n";
  return Exit::partial;
}

std::string utc(std::int64_t unix_ms) {
  return cutover::format_time(std::chrono::system_clock::time_point(std::chrono::milliseconds(unix_ms))).substr(0, 19) + "Z";
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

}  // namespace banyan::cli
