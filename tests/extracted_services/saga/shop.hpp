// The real programs on free ports, wired to each other, killed and restarted as a test likes.
#pragma once
#include "tests/extracted_services/program/fixture.hpp"
#include "tests/extracted_services/saga/faulty_link.hpp"

#include <boost/json.hpp>

#include <map>

namespace banyan::services_test {

struct ShopOptions {
  bool faulty_network = false;
  bool damaging = false;  // it flips bits, too
  unsigned seed = 1;
  bool log = false;             // with an event log
  bool named_at_start = true;   // the services are told of it
};

class SagaShop {
 public:
  explicit SagaShop(int units, const ShopOptions& options = {});

  void start(const std::string& name);  // on the port it had before, with the database it had before
  void kill(const std::string& name) { running_.at(name)->process().kill_hard(); }
  support::HttpClient client(const std::string& name) const { return {"127.0.0.1", ports_.at(name)}; }
  std::string url(const std::string& name) const { return "127.0.0.1:" + std::to_string(ports_.at(name)); }
  std::filesystem::path file(const std::string& name) const { return dir_ / name; }

  // Places an order; its saga's id, or 0 if nobody answered.
  std::int64_t place(const std::string& key, int quantity, const std::string& token);
  boost::json::object get(const std::string& name, const std::string& target) const;
  void bank_fault(const std::string& kind, int count, int delay_ms = 0);

  // The network behaves from now on; how often it has not.
  int calm();
  int damaged() const;  // how often a bit was flipped
  // Waits until every saga has ended and nothing is under way.
  bool settle(std::chrono::milliseconds deadline);
  // What does not add up, in words.
  std::vector<std::string> violations(int units) const;
  std::int64_t number(const std::string& name, const std::string& sql) const;
  std::string rows(const std::string& name, const std::string& sql) const;  // a line each
  void name_log() { log_named_ = true; }  // services started from now on know the log

 private:
  support::TempDir dir_;
  bool log_named_ = false;
  std::map<std::string, std::uint16_t> ports_;
  std::map<std::string, std::unique_ptr<FaultyLink>> links_;  // between the services, by who is called
  std::map<std::string, std::unique_ptr<Running>> running_;
  std::string way_to(const std::string& name) const;
};

}  // namespace banyan::services_test
