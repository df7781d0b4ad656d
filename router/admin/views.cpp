#include "router/admin/views.hpp"

#include "router/cutover/audit.hpp"

namespace banyan::admin {

namespace json = boost::json;

json::object state_json(const cutover::State& state) {
  json::object out{{"stage", to_string(state.stage)},
                   {"effective_stage", to_string(state.effective())},
                   {"percent_new", state.new_weight() / 100.0},
                   {"percent_shadow", state.shadow_weight() / 100.0},
                   {"text", describe(state)}};
  if (state.note)
    out["rolled_back"] = {{"reason", state.note->reason}, {"by", state.note->by}, {"at", state.note->at}};
  return out;
}

json::object change_json(const Change& change) {
  return {{"cutover", change.cutover},
          {"changed", change.changed},
          {"before", state_json(change.before)},
          {"after", state_json(change.after)},
          {"persisted", change.persisted},
          {"note", change.note},
          {"reverse", change.reverse}};
}

json::value parse_or_null(const std::function<std::string()>& source) {
  if (!source) return nullptr;
  boost::system::error_code error;
  json::value value = json::parse(source(), error);
  return error ? json::value(nullptr) : value;
}

json::array cutovers_json(Control& control, const Sources& sources) {
  const auto snapshot = control.live().snapshot();
  const json::value shadow = parse_or_null(sources.shadow);
  json::array out;
  for (std::size_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    const config::Cutover& cutover = snapshot->config->cutovers[i];
    const cutover::State& state = snapshot->stages->states[i];
    json::object row{{"name", cutover.name},
                     {"from", snapshot->config->upstreams[cutover.from].name},
                     {"to", snapshot->config->upstreams[cutover.to].name},
                     {"state", state_json(state)},
                     {"next", nullptr}};
    if (const auto step = cutover::next_step(state, cutover.plan)) {
      cutover::State next;
      next.stage = step->stage;
      next.weight = step->weight;
      row["next"] = describe(next);
    }
    if (sources.readiness && state.past_legacy()) {
      const cutover::Readiness readiness = sources.readiness(cutover.name);
      json::array blocks;
      for (const std::string& block : readiness.blocks) blocks.emplace_back(block);
      row["ready"] = readiness.ready;
      row["automatic"] = readiness.automatic;
      row["blocks"] = std::move(blocks);
    }
    if (shadow.is_object())
      if (const auto* numbers = shadow.get_object().if_contains(cutover.name)) row["shadow"] = *numbers;
    out.push_back(std::move(row));
  }
  return out;
}

json::array problems_json(Control& control, const Sources& sources) {
  json::array out;
  const auto add = [&out](std::string text) { out.emplace_back(std::move(text)); };
  if (const auto trouble = control.journal_trouble())
    add("journal: " + trouble->what + "; serving legacy or the last state");
  const ConfigStatus config = control.config_status();
  if (!config.last_reload_ok)
    add("the last reload was refused; the configuration of " + config.loaded_at + " is in use");
  if (control.kill_file_present()) add("the kill file exists: everything is rolled back and stays so");
  if (const auto kept = control.unfolded_rollbacks())
    add("rollbacks wait beside the journal: " + std::to_string(kept));
  if (sources.not_ready)
    if (std::string why = sources.not_ready(); !why.empty()) add("not ready: " + why);
  return out;
}

json::object status_json(Control& control, const Sources& sources) {
  const ConfigStatus config = control.config_status();
  const auto trouble = control.journal_trouble();
  json::object out;
  out["router"] = parse_or_null(sources.process);
  out["problems"] = problems_json(control, sources);
  json::array warnings;
  if (sources.warnings)
    for (const auto& warning : sources.warnings()) warnings.emplace_back(warning);
  out["warnings"] = std::move(warnings);
  out["config"] = {{"file", config.file},
                   {"hash", config.hash},
                   {"loaded_at", config.loaded_at},
                   {"last_reload_ok", config.last_reload_ok},
                   {"last_reload_at", config.last_reload_at},
                   {"last_error", config.last_error}};
  out["journal"] = {
      {"file", control.journal_path()}, {"ok", !trouble}, {"trouble", trouble ? trouble->what : ""}};
  out["cutovers"] = cutovers_json(control, sources);
  out["tls"] = parse_or_null(sources.tls);
  out["upstreams"] = parse_or_null(sources.upstreams);
  out["resilience"] = parse_or_null(sources.resilience);
  return out;
}

json::object record_json(const cutover::Record& record) {
  const auto embedded = [](const std::string& text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    return error ? json::value(text) : value;
  };
  const json::value evidence = embedded(record.evidence);
  const json::value* via = evidence.is_object() ? evidence.get_object().if_contains("via") : nullptr;
  return {{"seq", record.seq},
          {"time", record.time},
          {"who", record.who},
          {"why", record.why},
          {"via", via && via->is_string() ? *via : json::value(nullptr)},
          {"cutover", record.cutover},
          {"previous", embedded(record.previous)},
          {"next", embedded(record.next)},
          {"evidence", evidence},
          {"config_hash", record.config_hash},
          {"hash", record.hash}};
}

std::string control_metrics(Control& control) {
  const ConfigStatus config = control.config_status();
  const auto snapshot = control.live().snapshot();
  std::string text =
      "# HELP banyan_router_config_last_reload_success Whether the last reload was taken over.\n"
      "# TYPE banyan_router_config_last_reload_success gauge\n"
      "banyan_router_config_last_reload_success " +
      std::string(config.last_reload_ok ? "1" : "0") +
      "\n"
      "# HELP banyan_router_config_reloads_total Reloads asked for.\n"
      "# TYPE banyan_router_config_reloads_total counter\n"
      "banyan_router_config_reloads_total{result=\"ok\"} " +
      std::to_string(config.reloads - config.failed_reloads) +
      "\n"
      "banyan_router_config_reloads_total{result=\"refused\"} " +
      std::to_string(config.failed_reloads) +
      "\n"
      "# HELP banyan_router_journal_ok Whether the journal can be trusted and written.\n"
      "# TYPE banyan_router_journal_ok gauge\n"
      "banyan_router_journal_ok " +
      (control.journal_trouble() ? "0" : "1") +
      "\n"
      "# HELP banyan_router_cutover_weight_ratio Share of callers that the new side answers.\n"
      "# TYPE banyan_router_cutover_weight_ratio gauge\n";
  for (std::size_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    const cutover::State& state = snapshot->stages->states[i];
    text += "banyan_router_cutover_weight_ratio{cutover=\"" + snapshot->config->cutovers[i].name +
            "\",stage=\"" + std::string(to_string(state.stage)) + "\"} " +
            std::to_string(state.new_weight() / 10000.0) + "\n";
  }
  return text;
}

ApiResponse json_answer(const json::value& value) {
  return {200, "application/json", json::serialize(value) + "\n"};
}

ApiResponse problem(int status, std::string_view title, std::string_view detail, std::string_view hint) {
  json::object body{{"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  if (!hint.empty()) body["hint"] = hint;
  return {status, "application/problem+json", json::serialize(body) + "\n"};
}

}  // namespace banyan::admin
