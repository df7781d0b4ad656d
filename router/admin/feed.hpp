// The snapshots behind GET /api/v1/events: built once a second at most, whoever and however many look on.
//
// Any thread. Whoever finds another thread building gets the snapshot before: watching never makes a thread wait that a
// rollback may need.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace banyan::admin {

struct Frame {
  std::string id;  // changes with the state, and with every start of the router
  std::shared_ptr<const std::string> state;  // JSON object; null before the first
  std::int64_t at_ms = 0;  // wall clock, when it was last found to be so
};

class Feed {
 public:
  // `build` makes the state; `now_ms` is the wall clock.
  Feed(std::function<std::string()> build, std::function<std::int64_t()> now_ms, std::int64_t interval_ms = 1000);
  Frame look();

 private:
  std::function<std::string()> build_;
  std::function<std::int64_t()> now_ms_;
  std::int64_t interval_ms_;
  std::string run_;  // of this start
  std::mutex building_, reading_;
  std::uint64_t version_ = 0;
  Frame frame_;
};

// One event as it stands on the wire, for somebody who has seen `last_id`: the state, or that it is still the same.
std::string event_text(const Frame& frame, const std::string& last_id);

}  // namespace banyan::admin
