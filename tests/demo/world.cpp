#include "tests/demo/world.hpp"

#include <signal.h>

#include <stdexcept>

namespace banyan::demo {
namespace {

std::string port_of(const std::string& address) { return address.substr(address.rfind(':') + 1); }

// The draft's gates want thousands of requests and compare p99; a story of two minutes on a laptop asks for less.
std::string with_quick_gates(std::string draft) {
  const auto begin = draft.find("gates:\n"), end = draft.find("\ncutovers:");
  if (begin == std::string::npos || end == std::string::npos) throw std::runtime_error("the draft has no gates");
  return draft.replace(begin, end - begin,
                       "gates:\n"
                       "  parity:  { min_samples: 500, diff_rate: { max: 0.5%, confidence: 0.99 } }\n"
                       "  healthy: { min_samples: 100, error_rate: { worse_than_baseline: 5pp } }\n");
}

}  // namespace

World::World(std::filesystem::path bin, std::filesystem::path dir) : bin_(std::move(bin)), dir_(std::move(dir)) {
  std::filesystem::remove_all(dir_);
  std::filesystem::create_directories(dir_);
}

std::string World::listening(support::Process& process, std::string_view marker) const {
  std::string address = process.wait_for_line(marker);
  return address.substr(0, address.find_first_of(" \r,"));
}

support::Output World::map_sample() const {
  const std::string shop = BANYAN_SOURCE_DIR "/monolith_sample";
  const auto configured = support::run({"cmake", "-G", "Ninja", "-S", shop, "-B", file("shop-build"), "-DSHOP_TESTS=OFF"});
  if (configured.exit_code != 0) throw std::runtime_error("cmake of the sample: " + configured.err);
  return analyze({"map", "-p", file("shop-build"), "--root", shop, "-o", file("analysis")});
}

void World::write_draft(const std::filesystem::path& analysis) {
  // A router that is started again must find its ports again, so they are chosen here.
  const std::string listen = "127.0.0.1:" + std::to_string(support::free_port());
  const std::string admin = "127.0.0.1:" + std::to_string(support::free_port());
  const auto draft = analyze({"router-config", "-o", analysis, "--group", "context", "--context", "inventory",
                              "--listen", listen, "--admin", admin, "--state", file("state.db"), "--access-log",
                              file("access.log"), "--monolith", shop_address_, "--upstream",
                              "inventory=" + inventory_address_});
  if (draft.exit_code != 0) throw std::runtime_error("banyan-analyze router-config: " + draft.err);
  support::write_file(file("router.yaml"), with_quick_gates(draft.out));
}

void World::start_shop() {
  shop_.emplace(std::vector<std::string>{program("banyan-shop"), "--db", file("shop.db"), "--port", "0", "--seed"},
                file("shop.log"));
  shop_address_ = listening(*shop_, "listening on ");
}

void World::import_inventory() {
  const auto imported = support::run(
      {program("banyan-inventory"), "import", "--from", file("shop.db"), "--db", file("inventory.db")});
  if (imported.exit_code != 0) throw std::runtime_error("banyan-inventory import: " + imported.err);
}

void World::start_inventory() {
  // The second start takes the port of the first, because the router's configuration names it.
  const std::string port = inventory_address_.empty() ? "0" : port_of(inventory_address_);
  inventory_.emplace(std::vector<std::string>{program("banyan-inventory"), "run", "--db", file("inventory.db"),
                                              "--port", port},
                     file("inventory.log"));
  inventory_address_ = listening(*inventory_, "listening on ");
}

void World::kill_inventory() { inventory_->kill_hard(); }

void World::start_router() {
  router_.emplace(std::vector<std::string>{program("banyan-router"), "run", "-c", file("router.yaml")},
                  file("router.log"));
  router_address_ = listening(*router_, "listening on ");
  admin_address_ = listening(*router_, "admin on ");
  const auto strip = [](std::string& address) {
    if (const auto scheme = address.find("://"); scheme != std::string::npos) address.erase(0, scheme + 3);
  };
  strip(router_address_);
  strip(admin_address_);
}

void World::kill_router_hard() { router_->kill_hard(); }

void World::stop() {
  for (auto* process : {&router_, &inventory_, &shop_}) {
    if (*process) (*process)->stop();
  }
}

std::string World::router(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), program("banyan-router"));
  arguments.insert(arguments.end(), {"-c", file("router.yaml")});
  const auto output = support::run(arguments, std::chrono::seconds(20));
  if (output.exit_code != 0) {
    throw std::runtime_error("banyan-router " + arguments[1] + " ended with " + std::to_string(output.exit_code) + ": " +
                             output.out + output.err);
  }
  return output.out;
}

support::Output World::analyze(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), program("banyan-analyze"));
  return support::run(arguments, std::chrono::minutes(5));
}

std::vector<std::string> World::process_lines() const {
  const auto line = [](const char* name, const std::optional<support::Process>& process, const std::string& address) {
    return std::string(name) + "  pid " + std::to_string(process->pid()) + "  http://" + address;
  };
  return {line("router    ", router_, router_address_), line("  admin   ", router_, admin_address_),
          line("monolith  ", shop_, shop_address_), line("inventory ", inventory_, inventory_address_)};
}

}  // namespace banyan::demo
