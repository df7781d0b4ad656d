// Reading recorded logs for `simulate` and `ledger`: files named on the command line, `-`, or static.access_log.
#pragma once

#include "router/cli/cli.hpp"
#include "router/config/config.hpp"
#include "router/plan/recorded.hpp"
#include "router/routing/live.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace banyan::cli {

struct LogCounts {
  std::uint64_t read = 0, unreadable = 0;
  std::string first_unreadable;  // file:line
};
// Throws std::runtime_error for a file that cannot be read, or when there is none to read.
LogCounts read_logs(const Options& options, const config::Config& config,
                    const std::function<void(const plan::Recorded&)>& take);

// With the stages a router would start with now: the journal, and rollbacks that wait beside it.
routing::Snapshot snapshot_on_disk(const std::shared_ptr<const config::Config>& config);

// 0, or 3 when some lines could not be read; says so.
int partial_or_done(const LogCounts& counts);
std::string utc(std::int64_t unix_ms);
// "1,234,567"
std::string grouped(std::uint64_t number);

}  // namespace banyan::cli
