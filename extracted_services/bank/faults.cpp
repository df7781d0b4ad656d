#include "extracted_services/bank/faults.hpp"

#include <algorithm>
#include <array>

namespace banyan::bank {

bool is_fault_kind(std::string_view word) {
  static constexpr std::array<std::string_view, 5> kinds{"decline", "delay_before", "delay_after", "cut_before",
                                                         "cut_after"};
  return std::find(kinds.begin(), kinds.end(), word) != kinds.end();
}

void Faults::add(const PlannedFault& fault) {
  const std::lock_guard lock(mutex_);
  plan_.push_back(fault);
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  plan_.clear();
}

std::vector<PlannedFault> Faults::planned() const {
  const std::lock_guard lock(mutex_);
  return {plan_.begin(), plan_.end()};
}

std::int64_t Faults::suffered() const {
  const std::lock_guard lock(mutex_);
  return suffered_;
}

// Declines and the faults of the connection are met at different places; each takes its own kind in order.
std::optional<PlannedFault> Faults::take(bool decline) {
  const auto found = std::find_if(plan_.begin(), plan_.end(),
                                  [&](const PlannedFault& fault) { return (fault.kind == "decline") == decline; });
  if (found == plan_.end()) return std::nullopt;
  const PlannedFault fault = *found;
  if (--found->count == 0) plan_.erase(found);
  ++suffered_;
  return fault;
}

service::Disturbance Faults::on_request(const service::Request& request) {
  const bool moves_money = request.path() == "/v1/charges" || request.path() == "/v1/refunds";
  if (request.method != "POST" || !moves_money) return {};
  const std::lock_guard lock(mutex_);
  const auto fault = take(false);
  if (!fault) return {};
  const std::chrono::milliseconds delay(fault->delay_ms);
  service::Disturbance disturbance;
  if (fault->kind == "delay_before") disturbance.before = delay;
  if (fault->kind == "delay_after") disturbance.after = delay;
  disturbance.cut_before = fault->kind == "cut_before";
  disturbance.cut_after = fault->kind == "cut_after";
  return disturbance;
}

bool Faults::take_decline() {
  const std::lock_guard lock(mutex_);
  return take(true).has_value();
}

}  // namespace banyan::bank
