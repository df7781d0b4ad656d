// What Control keeps of its fleet. Internal to admin/.
#pragma once

#include "router/admin/control.hpp"
#include "router/fleet/health.hpp"
#include "router/fleet/shared_log.hpp"

#include <boost/json/object.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>

namespace banyan::admin {

struct Control::FleetSide {
  explicit FleetSide(const config::Config& config);

  const fleet::Settings settings;  // with the router's name in it
  fleet::Health health;

  // Under journal_mutex_.
  fleet::SharedLog log;
  fleet::Position position;  // of the journal: what it holds has been taken
  std::int64_t created = 0;  // revision of the entry at `position`; 0: not known yet

  std::atomic<std::int64_t> entry{0};  // position.seq, for whoever only looks
  std::set<std::string> apart;         // under state_mutex_

  void on_wake(std::function<void()> wake);
  void wake();

 private:
  std::mutex wake_mutex_;
  std::function<void()> wake_;
};

// Evidence of a record of the journal, with what it has to do with the fleet's record beside it.
std::string with_fleet(const std::string& evidence, boost::json::object about);

}  // namespace banyan::admin
