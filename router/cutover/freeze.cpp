#include "router/cutover/freeze.hpp"

#include <boost/json.hpp>

namespace banyan::cutover {

bool in_force(const Freeze& freeze, std::chrono::system_clock::time_point now) {
  if (freeze.until.empty()) return true;
  const auto end = parse_time(freeze.until);
  return !end || now < *end;  // an end that cannot be read does not end it
}

std::string describe(const Freeze& freeze) {
  return "frozen by " + freeze.who + (freeze.until.empty() ? " until it is thawed" : " until " + freeze.until) +
         (freeze.why.empty() ? "" : ": " + freeze.why);
}

std::string freeze_evidence(const std::string& until) {
  return boost::json::serialize(boost::json::object{{"command", "freeze"}, {"until", until}});
}

std::string thaw_evidence() { return boost::json::serialize(boost::json::object{{"command", "thaw"}}); }

void follow(Freezes& freezes, const Record& record) {
  boost::system::error_code error;
  const auto evidence = boost::json::parse(record.evidence, error);
  if (error || !evidence.is_object()) return;
  const auto text = [&evidence](const char* key) {
    const auto* value = evidence.get_object().if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  if (text("command") == "freeze") freezes[record.cutover] = {record.who, record.why, record.time, text("until")};
  if (text("command") == "thaw") freezes.erase(record.cutover);
}

bool goes_on(const State& before, const State& after) {
  return after.new_weight() > before.new_weight() || after.shadow_weight() > before.shadow_weight() ||
         (after.effective() == Stage::retired && before.effective() != Stage::retired);
}

}  // namespace banyan::cutover
