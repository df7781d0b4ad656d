// The processes of the demo: monolith, inventory service, router; each on a free port, each with a log of its own.
// Everything is killed when the World goes, and by the kernel when the demo dies. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.hpp"

namespace banyan::demo {

class World {
 public:
  // `bin` holds the programs; `dir` is emptied and then holds databases, logs and configuration.
  World(std::filesystem::path bin, std::filesystem::path dir);

  // Configures the shop's own CMake project for its compile database, and maps it into `analysis/`.
  support::Output map_sample() const;
  // router.yaml from the analyzer's draft: one cutover for the reads and one for the writes of each context, with the
  // addresses of the running processes. `analysis` is what
  // map_sample() of this or another World made; the shop and the inventory service must be running.
  void write_draft(const std::filesystem::path& analysis);

  void start_shop();
  void import_inventory();
  void start_inventory();
  void kill_inventory();
  void start_router();
  void kill_router_hard();
  void stop();

  // Runs `banyan-router VERB... -c router.yaml`; throws with its output when the exit code is not 0.
  std::string router(std::vector<std::string> arguments) const;
  support::Output analyze(std::vector<std::string> arguments) const;

  const std::string& shop_address() const { return shop_address_; }
  const std::string& inventory_address() const { return inventory_address_; }
  const std::string& router_address() const { return router_address_; }
  const std::string& admin_address() const { return admin_address_; }
  std::filesystem::path file(std::string_view name) const { return dir_ / name; }
  std::filesystem::path program(std::string_view name) const { return bin_ / name; }
  std::vector<std::string> process_lines() const;  // "router  pid 123  http://..." for --keep

 private:
  std::string listening(support::Process& process, std::string_view marker) const;

  std::filesystem::path bin_;
  std::filesystem::path dir_;
  std::optional<support::Process> shop_;
  std::optional<support::Process> inventory_;
  std::optional<support::Process> router_;
  std::string shop_address_;
  std::string inventory_address_;
  std::string router_address_;
  std::string admin_address_;
};

}  // namespace banyan::demo
