// The real programs, started on free ports with databases in a folder of the test.
#pragma once
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace banyan::services_test {

std::string program(const std::string& name);  // the built binary

class Running {
 public:
  Running(std::vector<std::string> argv, std::filesystem::path log);
  std::uint16_t port() const { return port_; }
  support::HttpClient client() const { return {"127.0.0.1", port_}; }
  support::Process& process() { return process_; }

 private:
  support::Process process_;
  std::uint16_t port_;
};

std::unique_ptr<Running> run_service(const std::string& name, const std::filesystem::path& db,
                                     const std::filesystem::path& log, std::vector<std::string> more = {});

// A little inventory without a monolith: product 1 with `units` on hand, as import would have left it.
void make_inventory(const std::filesystem::path& db, int units);

}  // namespace banyan::services_test
