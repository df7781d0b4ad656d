// What a service does beside answering requests, as a part that any Definition can take in: a relay, a
// consumer, an engine. It brings its tables, options, endpoints and metrics with it.
//
// Order of calls: add_options and add_commands before the command line is read, migrations before the store
// opens, add_endpoints before the server starts; start() once the store is open, stop() (perhaps twice)
// before it closes. metrics() may be called from any thread after start(); everything else from the main
// thread.
#pragma once
#include "extracted_services/service/api.hpp"
#include "extracted_services/store/migrations.hpp"
#include "extracted_services/store/store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace banyan::service {

class Companion {
 public:
  virtual ~Companion() = default;

  // By owner; see store::migrate.
  virtual std::vector<std::pair<std::string, std::vector<store::Migration>>> migrations() const { return {}; }
  virtual void add_options(CLI::App& run) { static_cast<void>(run); }
  // Commands of its own, beside run and import.
  virtual void add_commands(CLI::App& app) { static_cast<void>(app); }
  // The exit code, if the command line asked for one of them.
  virtual std::optional<int> run_command(const CLI::App& app) {
    static_cast<void>(app);
    return std::nullopt;
  }
  virtual void add_endpoints(Api& api) const { static_cast<void>(api); }
  virtual void start(store::Store& store) { static_cast<void>(store); }
  virtual void stop() {}
  virtual std::string metrics() const { return {}; }  // Prometheus text
};

using Companions = std::vector<std::unique_ptr<Companion>>;

}  // namespace banyan::service
