#include "extracted_services/event_log/banyan_log.hpp"

#include "extracted_services/event_log/api.hpp"
#include "extracted_services/event_log/records.hpp"

#include <CLI/CLI.hpp>

#include <atomic>
#include <chrono>

namespace banyan::event_log {
namespace {

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Endpoints final : public service::Companion {
 public:
  void add_options(CLI::App& run) override {
    run.add_option("--partitions", partitions_, "Partitions of topics that are made from now on; 1 to 1024")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
  }

  void add_endpoints(service::Api& api) const override {
    event_log::add_endpoints(api, {.partitions = partitions_,
                                   .now_ms = now_ms,
                                   .appended = [this](std::size_t events) { appended_ += events; }});
  }

  std::string metrics() const override {
    return "# HELP banyan_log_appended_events_total Events appended since the start.\n"
           "# TYPE banyan_log_appended_events_total counter\n"
           "banyan_log_appended_events_total " +
           std::to_string(appended_.load()) + "\n";
  }

 private:
  int partitions_ = 8;
  mutable std::atomic<std::uint64_t> appended_{0};
};

service::Companions companions() {
  service::Companions all;
  all.push_back(std::make_unique<Endpoints>());
  return all;
}

}  // namespace

service::Definition definition() {
  return {.name = "log",
          .summary = "The event log of the extracted services: one file, over HTTP",
          .version = "1.0.0",
          .port = 8094,
          .migrations = migrations(),
          .api = [] { return service::Api("Event log", "1.0.0"); },
          .import = {},
          .companions = companions,
          .largest_body = 16 * 1024 * 1024};
}

}  // namespace banyan::event_log
