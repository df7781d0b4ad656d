#include "tests/soak/upstream_program.hpp"

#include <filesystem>
#include <sstream>

namespace banyan::soak {

void UpstreamProgram::start(std::uint16_t port) {
  process_.emplace(std::vector<std::string>{BANYAN_BINARY_DIR "/bin/soak_upstream", std::to_string(port), folder_ / "arrived"},
                   folder_ / ("log" + std::to_string(lives_++)));
  port_ = static_cast<std::uint16_t>(std::stoi(process_->wait_for_line("listening on ")));
}

std::vector<std::string> UpstreamProgram::arrived() const {
  std::vector<std::string> ids;
  if (!std::filesystem::exists(folder_ / "arrived")) return ids;
  std::istringstream lines(support::read_file(folder_ / "arrived"));
  for (std::string line; std::getline(lines, line);) ids.push_back(line);
  return ids;
}

}  // namespace banyan::soak
