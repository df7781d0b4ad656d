#include "tests/extracted_services/program/fixture.hpp"

#include "extracted_services/store/connection.hpp"

namespace banyan::services_test {

std::string program(const std::string& name) { return std::string(BANYAN_BINARY_DIR) + "/bin/" + name; }

Running::Running(std::vector<std::string> argv, std::filesystem::path log)
    : process_(std::move(argv), std::move(log)) {
  const auto address = process_.wait_for_line("listening on ");
  port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

std::unique_ptr<Running> run_service(const std::string& name, const std::filesystem::path& db,
                                     const std::filesystem::path& log, std::vector<std::string> more) {
  std::vector<std::string> argv{
      program("banyan-" + name), "run", "--db", db.string(), "--port", "0", "--log-level", "warn"};
  argv.insert(argv.end(), more.begin(), more.end());
  return std::make_unique<Running>(std::move(argv), log);
}

void make_inventory(const std::filesystem::path& db, int units) {
  // The program makes its own tables when it starts.
  run_service("inventory", db, db.string() + ".log")->process().stop();
  const auto connection = store::open_writer(db);
  connection->execute(
      "INSERT INTO products VALUES (1, 'SKU-1', 'Kettle'); INSERT INTO warehouses VALUES ('BER', 'Berlin')");
  connection->run("INSERT INTO stock VALUES (1, 'BER', ?1, 0, 0, ?1, 3)", units);
}

}  // namespace banyan::services_test
