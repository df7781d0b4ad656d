#include "router/config/reload.hpp"

#include "router/admin/control.hpp"
#include "router/routing/expectations.hpp"

namespace banyan::admin {

ReloadOutcome Control::reload(const Actor& actor) {
  const std::lock_guard one_at_a_time(reload_mutex_);
  ReloadOutcome outcome;
  config::LoadResult loaded = routing::load_and_check(config_status().file);
  if (loaded.config && materials_.prepare) {
    loaded.diagnostics = materials_.prepare(loaded.config);
    if (!loaded.diagnostics.empty()) loaded.config = nullptr;
  }
  if (!loaded.config) {
    outcome.errors = config::format(loaded.diagnostics);
  } else {
    // Judged and swapped under one lock: a stage cannot change in between.
    const std::lock_guard lock(state_mutex_);
    // A change that is just being written counts as made.
    States states = states_;
    for (const auto& [name, state] : in_flight_) states[name] = state;
    const auto verdict = config::compare_for_reload(*config_, *loaded.config, states);
    outcome.changes = verdict.changes;
    for (const std::string& refusal : verdict.refusals)
      outcome.errors += config_->source + ": error: " + refusal + "\n";
    if (verdict.refusals.empty()) {
      config_ = std::move(loaded.config);
      status_.hash = config_->hash;
      status_.loaded_at = cutover::format_time(std::chrono::system_clock::now());
      publish_locked();
      outcome.ok = true;
    }
  }
  if (outcome.ok && materials_.adopt) outcome.warnings = materials_.adopt(live_->snapshot()->config);
  finish_reload(outcome);
  log_(!outcome.ok, outcome.ok ? actor.who + ": configuration reloaded (" +
                                     std::to_string(outcome.changes.size()) + " changes)"
                               : "reload by " + actor.who +
                                     " REFUSED, the running configuration is unchanged:\n" + outcome.errors);
  return outcome;
}

void Control::finish_reload(const ReloadOutcome& outcome) {
  const std::lock_guard lock(state_mutex_);
  ++status_.reloads;
  if (!outcome.ok) ++status_.failed_reloads;
  status_.last_reload_ok = outcome.ok;
  status_.last_error = outcome.errors;
  status_.last_reload_at = cutover::format_time(std::chrono::system_clock::now());
}

}  // namespace banyan::admin
