// The logs that the conformance suite runs against, and what can be done to each of them.
#pragma once
#include "extracted_services/event_log/log.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace banyan::event_log_test {

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::unique_ptr<event_log::Log> log() = 0;
  // Takes the log away (kills its process, or cuts its brokers off) and brings it back with what it had.
  virtual void take_away() = 0;
  virtual void bring_back() = 0;
  // The acknowledgement of the next append is lost on its way; false: this backend cannot be made to.
  virtual bool lose_next_acknowledgement() { return false; }
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Backend>()> make;  // throws SkipBackend
};

// Why a backend is not here.
struct SkipBackend : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::unique_ptr<Backend> sqlite_log();
std::unique_ptr<Backend> kafka_mock();
// The brokers named by BANYAN_KAFKA_BROKERS; started and stopped by tests/kafka/run.sh.
std::unique_ptr<Backend> kafka_brokers();

}  // namespace banyan::event_log_test
