// The processes of the demo: monolith, services, bank, router; each on a free port, each with a log of its own.
// Everything is killed when the World goes, and by the kernel when the demo dies. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/otlp_collector.hpp"
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
  // From here on router and services send their spans to collector(); before write_draft(). Of the requests, those are
  // recorded whose caller says so.
  void collect_spans();
  // Adds a cutover `place-order` for what only the orders service can do; chooses its address.
  void add_orders_to_draft();

  void start_shop();
  // The same shop on the same address, with the inventory as a service.
  void restart_shop_without_inventory();
  void import_inventory();
  void start_inventory();
  // Stopped and started, with the event log.
  void restart_inventory();
  void kill_inventory();
  // Stopped, filled from the shop once more, started.
  void refill_inventory();
  // A release of the service in which the movements' table got lost, on the same address; kill_inventory() ends it.
  void start_bad_inventory();
  // log, bank, payments or orders; the second start has the address and the database of the first. Orders and payments
  // begin with what the shop's database holds. What is started after the log publishes its events there.
  void start_service(const std::string& name);
  void kill_service(const std::string& name);
  void start_router();
  void kill_router_hard();
  void stop();

  // Runs `banyan-router VERB... -c router.yaml`; throws with its output when the exit code is not 0.
  std::string router(std::vector<std::string> arguments) const;
  support::Output try_router(std::vector<std::string> arguments) const;
  support::Output analyze(std::vector<std::string> arguments) const;

  const std::string& shop_address() const { return shop_address_; }
  const std::string& inventory_address() const { return inventory_address_; }
  const std::string& address_of(const std::string& service) const { return services_.at(service).address; }
  const std::string& router_address() const { return router_address_; }
  const std::string& admin_address() const { return admin_address_; }
  const support::OtlpCollector& collector() const { return *collector_; }
  std::filesystem::path file(std::string_view name) const { return dir_ / name; }
  std::filesystem::path program(std::string_view name) const { return bin_ / name; }
  // One number of the shop's database, read beside the running shop.
  std::int64_t shop_number(const std::string& sql) const;
  std::vector<std::string> process_lines() const;  // "router  pid 123  http://..." for --keep

 private:
  struct Service {
    std::string address;
    std::optional<support::Process> process;
  };
  std::vector<std::string> options_of(const std::string& service) const;
  void add_common_options(std::vector<std::string>& argv, const std::string& service) const;
  void import(const std::string& service, const std::vector<std::string>& more = {});
  void run_inventory(const std::filesystem::path& db);
  std::string listening(support::Process& process, std::string_view marker) const;

  std::filesystem::path bin_;
  std::filesystem::path dir_;
  std::unique_ptr<support::OtlpCollector> collector_;  // outlives the processes that send
  std::optional<support::Process> shop_;
  std::optional<support::Process> inventory_;
  std::map<std::string, Service> services_;
  std::optional<support::Process> router_;
  std::string shop_address_;
  std::string inventory_address_;
  std::string router_address_;
  std::string admin_address_;
};

}  // namespace banyan::demo
