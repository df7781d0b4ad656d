#include "extracted_services/event_log/http_log.hpp"
#include "tests/extracted_services/event_log/backend.hpp"
#include "tests/support/process.hpp"

namespace banyan::event_log_test {
namespace {

// The real program, killed without warning.
class SqliteLog final : public Backend {
 public:
  SqliteLog() { start(0); }

  std::unique_ptr<event_log::Log> log() override {
    return event_log::http_log({.url = "http://127.0.0.1:" + std::to_string(port_),
                                .append_timeout = std::chrono::seconds(5),
                                .lease = std::chrono::seconds(2)});
  }
  void take_away() override { process_->kill_hard(); }
  void bring_back() override { start(port_); }

 private:
  void start(int port) {
    process_ = std::make_unique<support::Process>(
        std::vector<std::string>{std::string(BANYAN_BINARY_DIR) + "/bin/banyan-log", "run", "--db",
                                 (dir_ / "log.db").string(), "--port", std::to_string(port), "--log-level",
                                 "warn", "--partitions", "4"},
        dir_ / "log.txt");
    const auto address = process_->wait_for_line("listening on ");
    port_ = std::stoi(address.substr(address.rfind(':') + 1));
  }

  support::TempDir dir_;
  std::unique_ptr<support::Process> process_;
  int port_ = 0;
};

}  // namespace

std::unique_ptr<Backend> sqlite_log() { return std::make_unique<SqliteLog>(); }

}  // namespace banyan::event_log_test
