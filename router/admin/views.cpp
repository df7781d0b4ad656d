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
          {"together_with", json::value_from(change.together_with)},
          {"reverse", change.reverse}};
}

json::value parse_or_null(const std::function<std::string()>& source) {
  if (!source) return nullptr;
  boost::system::error_code error;
  json::value value = json::parse(source(), error);
  return error ? json::value(nullptr) : value;
}

json::value freeze_json(const Control& control, const std::string& name) {
  const auto freezes = control.freezes();
  const auto found = freezes.find(name);
  if (found == freezes.end()) return nullptr;
  const cutover::Freeze& freeze = found->second;
  return json::object{{"who", freeze.who},
                      {"why", freeze.why},
                      {"since", freeze.since},
                      {"until", freeze.until.empty() ? json::value(nullptr) : json::value(freeze.until)},
                      {"words", describe(freeze)}};
}

namespace {

json::object blocker_json(const cutover::Blocker& block) {
  json::object out{{"kind", to_string(block.kind)}, {"words", block.words}, {"forceable", block.forceable()}};
  if (!block.about.empty()) out["about"] = block.about;
  if (!block.condition.empty()) out["condition"] = block.condition;
  if (block.kind == cutover::Blocker::Kind::gate) out["verdict"] = to_string(block.verdict);
  if (block.need != 0) out["have"] = block.have, out["need"] = block.need;
  if (!block.mate.empty()) out["mate"] = block.mate;
  return out;
}

void add_readiness(json::object& row, const cutover::Readiness& readiness) {
  json::array words, blockers;
  for (const cutover::Blocker& block : readiness.blocks) {
    words.emplace_back(block.words);
    blockers.push_back(blocker_json(block));
  }
  row["ready"] = readiness.ready;
  row["automatic"] = readiness.automatic;
  row["blocks"] = std::move(words);
  row["blockers"] = std::move(blockers);
}

json::object row_json(Control& control, const Sources& sources, const routing::Snapshot& snapshot, std::size_t i,
                      const std::map<std::string, cutover::Readiness>& known = {}) {
  const config::Cutover& cutover = snapshot.config->cutovers[i];
  const cutover::State& state = snapshot.stages->states[i];
  json::object row{{"name", cutover.name},
                   {"from", snapshot.config->upstreams[cutover.from].name},
                   {"to", snapshot.config->upstreams[cutover.to].name},
                   {"state", state_json(state)},
                   {"lockstep", cutover.lockstep.empty() ? json::value(nullptr) : json::value(cutover.lockstep)},
                   {"freeze", freeze_json(control, cutover.name)},
                   {"next", nullptr}};
  if (const auto step = cutover::next_step(state, cutover.plan)) {
    cutover::State next;
    next.stage = step->stage;
    next.weight = step->weight;
    row["next"] = describe(next);
  }
  if (const auto found = known.find(cutover.name); found != known.end()) add_readiness(row, found->second);
  else if (sources.readiness) add_readiness(row, sources.readiness(cutover.name));
  return row;
}

}  // namespace

json::value cutover_json(Control& control, const Sources& sources, const std::string& name) {
  const auto snapshot = control.live().snapshot();
  const auto index = snapshot->config->find_cutover(name);
  return index ? json::value(row_json(control, sources, *snapshot, *index)) : json::value(nullptr);
}

json::array cutovers_json(Control& control, const Sources& sources) {
  const auto snapshot = control.live().snapshot();
  const json::value shadow = parse_or_null(sources.shadow);
  const auto readiness = sources.all_readiness ? sources.all_readiness() : std::map<std::string, cutover::Readiness>{};
  json::array out;
  for (std::size_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    json::object row = row_json(control, sources, *snapshot, i, readiness);
    if (shadow.is_object())
      if (const auto* numbers = shadow.get_object().if_contains(snapshot->config->cutovers[i].name)) row["shadow"] = *numbers;
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
  if (const auto fleet = control.fleet_status())
    for (std::string& words : problems_of(*fleet)) add(std::move(words));
  if (sources.not_ready)
    if (std::string why = sources.not_ready(); !why.empty()) add("not ready: " + why);
  return out;
}

// A facade that is never taken down stays for ever: what is retired is to be deleted.
static void warn_of_retired(Control& control, json::array& warnings) {
  const auto snapshot = control.live().snapshot();
  for (std::size_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    const std::string& name = snapshot->config->cutovers[i].name;
    if (snapshot->stages->states[i].effective() == cutover::Stage::retired)
      warnings.emplace_back("'" + name + "' is retired for " + cutover::duration_words(control.in_step_ms(name)) +
                            ": banyan-router ledger says whether its legacy code can be deleted");
  }
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
  warn_of_retired(control, warnings);
  out["warnings"] = std::move(warnings);
  out["config"] = {{"file", config.file},
                   {"hash", config.hash},
                   {"loaded_at", config.loaded_at},
                   {"last_reload_ok", config.last_reload_ok},
                   {"last_reload_at", config.last_reload_at},
                   {"last_error", config.last_error}};
  out["journal"] = {
      {"file", control.journal_path()}, {"ok", !trouble}, {"trouble", trouble ? trouble->what : ""}};
  out["fleet"] = fleet_json(control);
  out["freeze"] = freeze_json(control, cutover::every_cutover);
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
  if (const auto fleet = control.fleet_status()) text += fleet_metrics(*fleet);
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
