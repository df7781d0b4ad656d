#include "tests/demo/world.hpp"

#include <signal.h>

#include <stdexcept>

#include "extracted_services/store/connection.hpp"

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

// The shipped saga with shorter patience: what takes a minute in a shop takes seconds in a story.
constexpr const char* quick_saga =
    R"({"saga":"order-fulfilment","timeout_ms":60000,"attempt_ms":1500,"backoff_ms":50,"backoff_max_ms":500,)"
    R"("poll_ms":10,"park_after":20,"steps":[)"
    R"({"name":"create","kind":"compensatable","action":"orders.create","compensation":"orders.cancel"},)"
    R"({"name":"hold","kind":"compensatable","action":"inventory.hold","compensation":"inventory.release",)"
    R"("timeout_ms":20000},)"
    R"({"name":"charge","kind":"pivot","action":"payments.charge","compensation":"payments.cancel","timeout_ms":5000},)"
    R"({"name":"confirm","kind":"retriable","action":"orders.confirm"},)"
    R"({"name":"commit","kind":"retriable","action":"inventory.commit","after":["charge"]},)"
    R"({"name":"ship","kind":"retriable","action":"orders.ship","after":["confirm","commit"]}]})";

void insert_after(std::string& text, const std::string& marker, const std::string& what) {
  const auto at = text.find(marker);
  if (at == std::string::npos) throw std::runtime_error("the draft has no " + marker);
  text.insert(at + marker.size(), what);
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
  std::string text = with_quick_gates(draft.out);
  if (collector_)
    insert_after(text, "\nstatic: { ", "tracing: { otlp: { endpoint: \"" + collector_->url() + "\", ratio: 0%, interval: 100ms } }, ");
  support::write_file(file("router.yaml"), text);
}

void World::collect_spans() { collector_ = std::make_unique<support::OtlpCollector>(); }

void World::add_orders_to_draft() {
  services_["orders"].address = "127.0.0.1:" + std::to_string(support::free_port());
  std::string draft = support::read_file(file("router.yaml"));
  insert_after(draft, "\nupstreams:\n", "  orders: { endpoints: [ \"" + address_of("orders") + "\" ] }\n");
  insert_after(draft, "\ncutovers:\n",
               "  - name: place-order\n"
               "    match: { methods: [ POST ], path: /v1/fulfilments }\n"
               "    to: orders\n"
               "    plan:\n"
               "      - { stage: live }\n");
  support::write_file(file("router.yaml"), draft);
}

void World::start_shop() {
  shop_.emplace(std::vector<std::string>{program("banyan-shop"), "--db", file("shop.db"), "--port", "0", "--seed"},
                file("shop.log"));
  shop_address_ = listening(*shop_, "listening on ");
}

void World::restart_shop_without_inventory() {
  shop_->stop();
  shop_.emplace(std::vector<std::string>{program("banyan-shop"), "--db", file("shop.db"), "--port", port_of(shop_address_),
                                         "--inventory", "http://" + inventory_address_},
                file("shop.log"));
  listening(*shop_, "listening on ");
}

void World::import(const std::string& service, const std::vector<std::string>& more) {
  std::vector<std::string> argv{program("banyan-" + service), "import", "--from", file("shop.db"), "--db", file(service + ".db")};
  argv.insert(argv.end(), more.begin(), more.end());
  const auto imported = support::run(argv);
  if (imported.exit_code != 0) throw std::runtime_error("banyan-" + service + " import: " + imported.err);
}

void World::import_inventory() { import("inventory"); }

std::vector<std::string> World::options_of(const std::string& service) const {
  if (service == "payments") return {"--bank", address_of("bank")};
  if (service != "orders") return {};
  return {"--inventory", inventory_address_, "--payments", address_of("payments"), "--saga-definition", file("saga.json")};
}

void World::add_common_options(std::vector<std::string>& argv, const std::string& service) const {
  if (collector_) argv.insert(argv.end(), {"--otlp", collector_->url()});
  const auto log = services_.find("log");
  const bool publishes = service != "log" && service != "bank";
  if (publishes && log != services_.end()) argv.insert(argv.end(), {"--log", "http://" + log->second.address});
}

void World::start_service(const std::string& name) {
  Service& service = services_[name];
  const bool first = !service.process;
  if (first && name != "bank" && name != "log") import(name);
  if (name == "orders") support::write_file(file("saga.json"), quick_saga);
  std::vector<std::string> argv{program("banyan-" + name), "run", "--db", file(name + ".db"), "--port",
                                service.address.empty() ? "0" : port_of(service.address)};
  const auto options = options_of(name);
  argv.insert(argv.end(), options.begin(), options.end());
  add_common_options(argv, name);
  service.process.emplace(argv, file(name + ".log"));
  service.address = listening(*service.process, "listening on ");
}

void World::kill_service(const std::string& name) { services_.at(name).process->kill_hard(); }

void World::start_inventory() { run_inventory(file("inventory.db")); }

void World::restart_inventory() {
  inventory_->stop();
  start_inventory();
}

void World::refill_inventory() {
  inventory_->stop();
  import("inventory", {"--replace"});
  start_inventory();
}

void World::start_bad_inventory() {
  for (const char* suffix : {"", "-wal"}) {
    const auto from = file(std::string("inventory.db") + suffix);
    if (std::filesystem::exists(from)) std::filesystem::copy_file(from, file(std::string("bad-release.db") + suffix));
  }
  store::open_writer(file("bad-release.db"))->execute("DROP TABLE stock_movements");
  run_inventory(file("bad-release.db"));
}

void World::run_inventory(const std::filesystem::path& db) {
  // The second start takes the port of the first, because the router's configuration names it.
  const std::string port = inventory_address_.empty() ? "0" : port_of(inventory_address_);
  std::vector<std::string> argv{program("banyan-inventory"), "run", "--db", db, "--port", port};
  add_common_options(argv, "inventory");
  inventory_.emplace(argv, file("inventory.log"));
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
  for (auto* process : {&router_, &services_["orders"].process, &services_["payments"].process, &services_["bank"].process,
                        &inventory_, &services_["log"].process, &shop_}) {
    if (*process) (*process)->stop();
  }
}

support::Output World::try_router(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), program("banyan-router"));
  arguments.insert(arguments.end(), {"-c", file("router.yaml")});
  return support::run(arguments, std::chrono::seconds(20));
}

std::string World::router(std::vector<std::string> arguments) const {
  const auto output = try_router(arguments);
  if (output.exit_code != 0) {
    throw std::runtime_error("banyan-router " + arguments.front() + " ended with " + std::to_string(output.exit_code) + ": " +
                             output.out + output.err);
  }
  return output.out;
}

support::Output World::analyze(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), program("banyan-analyze"));
  return support::run(arguments, std::chrono::minutes(15));
}

std::int64_t World::shop_number(const std::string& sql) const {
  const auto db = store::open_reader(file("shop.db"));
  auto row = db->query(sql);
  return row.next() ? row.integer(0) : 0;
}

std::vector<std::string> World::process_lines() const {
  const auto line = [](const char* name, const std::optional<support::Process>& process, const std::string& address) {
    return std::string(name) + "  pid " + std::to_string(process->pid()) + "  http://" + address;
  };
  std::vector<std::string> lines{line("router    ", router_, router_address_), line("  admin   ", router_, admin_address_),
          line("monolith  ", shop_, shop_address_), line("inventory ", inventory_, inventory_address_)};
  for (const auto& [name, service] : services_)
    if (service.process) lines.push_back(line((name + std::string(10 - name.size(), ' ')).c_str(), service.process, service.address));
  return lines;
}

}  // namespace banyan::demo
