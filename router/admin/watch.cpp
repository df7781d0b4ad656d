// What the page asks for: snapshots, previews, who it is.
#include "router/admin/overview.hpp"
#include "router/admin/query.hpp"
#include "router/admin/views.hpp"
#include "router/config/units.hpp"

#include <chrono>

namespace banyan::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t most_points = 500;

std::int64_t wall_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::int64_t steady_now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

Recent Api::recent() const {
  const NumbersByCutover now = sources_.numbers ? sources_.numbers() : NumbersByCutover{};
  const std::lock_guard lock(window_mutex_);
  return window_.take(now, steady_now_ms());
}

ApiResponse Api::overview(const Call&) const {
  return json_answer(json::object{{"at_ms", wall_ms()}, {"state", overview_json(control_, sources_, recent())}});
}

// Without its body: that has no end, and the server makes it of frames.
ApiResponse Api::events(const Call&) const { return {200, std::string(event_stream), ""}; }

Frame Api::frame() const { return feed_.look(); }

std::string Api::build_state() const { return json::serialize(overview_json(control_, sources_, recent())); }

std::function<std::int64_t()> Api::wall_clock() { return wall_ms; }

ApiResponse Api::progress(const Call&) const { return json_answer(progress_json(control_, most_points)); }

ApiResponse Api::whoami(const Call& call) const {
  return json_answer(json::object{{"name", call.token}, {"role", call.role ? to_string(*call.role) : "none"}});
}

ApiResponse Api::preview(const Call& call) const {
  const auto index = control_.live().snapshot()->config->find_cutover(call.name);
  if (!index) return problem(404, "no such cutover", "there is no cutover '" + call.name + "'", "see: banyan-router status");
  std::string verb = "promote", percent;
  each_parameter(call.query, [&](const std::string& key, const std::string& value) {
    if (key == "verb") verb = value;
    if (key == "percent") percent = value;
  });
  cutover::Command command;
  bool known = false;
  for (const cutover::Verb each : cutover::all_verbs)
    if (to_string(each) == verb) command.verb = each, known = true;
  if (!known) return problem(400, "bad request", "'" + verb + "' is no verb", "promote, rollback, hold, resume, set-weight");
  if (command.verb == cutover::Verb::set_weight) {
    const auto weight = config::parse_weight(percent);
    if (!weight) return problem(400, "bad request", "set-weight needs percent=: above 0, up to 100, in steps of 0.01");
    command.weight = *weight;
  }
  return json_answer(preview_json(control_, sources_, recent(), *index, command));
}

}  // namespace banyan::admin
