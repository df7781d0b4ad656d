#include "router/admin/feed.hpp"

#include <random>

namespace banyan::admin {

Feed::Feed(std::function<std::string()> build, std::function<std::int64_t()> now_ms, std::int64_t interval_ms)
    : build_(std::move(build)), now_ms_(std::move(now_ms)), interval_ms_(interval_ms), run_(std::to_string(std::random_device{}())) {}

Frame Feed::look() {
  const std::unique_lock building(building_, std::try_to_lock);
  if (building) {
    const auto now = now_ms_();
    Frame before;
    {
      const std::lock_guard lock(reading_);
      before = frame_;
    }
    // A clock that was set back must not stop the news.
    if (!before.state || now - before.at_ms >= interval_ms_ || now < before.at_ms) {
      std::string state = build_();
      const std::lock_guard lock(reading_);
      if (!frame_.state || *frame_.state != state) {
        frame_.state = std::make_shared<const std::string>(std::move(state));
        frame_.id = run_ + "-" + std::to_string(++version_);
      }
      frame_.at_ms = now;
    }
  }
  const std::lock_guard lock(reading_);
  return frame_;
}

std::string event_text(const Frame& frame, const std::string& last_id) {
  const std::string at = std::to_string(frame.at_ms);
  if (!frame.state || frame.id == last_id) return "event: same\ndata: {\"at_ms\":" + at + "}\n\n";
  return "event: state\nid: " + frame.id + "\ndata: {\"at_ms\":" + at + ",\"state\":" + *frame.state + "}\n\n";
}

}  // namespace banyan::admin
