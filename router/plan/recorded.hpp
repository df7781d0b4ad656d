// One request of a recorded access log: this router's own JSON lines, or the combined log format that nginx and Apache
// write. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::plan {

struct Recorded {
  std::int64_t unix_ms = 0;
  std::string client, method, target, host;
  int status = 0;
  std::string cutover, side, upstream;  // as decided then; empty in a foreign log
  std::int64_t bucket = -1;
  std::string caller;  // stands for the cohort key; empty when the log has none
  std::string user_agent;

  // Who asked, as well as the log can tell.
  const std::string& who() const { return caller.empty() ? client : caller; }
};

// Nothing for a line that is neither, or that holds no request.
std::optional<Recorded> parse_line(std::string_view line);

}  // namespace banyan::plan
