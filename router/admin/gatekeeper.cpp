#include "router/admin/gatekeeper.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::Numbers;
using cutover::SideNumbers;

const config::Gate* find_gate(const config::Config& config, const std::string& name) {
  for (const config::Gate& gate : config.gates)
    if (gate.name == name) return &gate;
  return nullptr;
}

Numbers since(const Numbers& now, const Numbers& then) {
  Numbers out;
  out.fresh = cutover::since(now.fresh, then.fresh);
  out.legacy = cutover::since(now.legacy, then.legacy);
  out.equal = now.equal - std::min(now.equal, then.equal);
  out.different = now.different - std::min(now.different, then.different);
  return out;
}

json::object side_json(const SideNumbers& side) {
  return {{"requests", side.requests}, {"upstream_errors", side.upstream_errors}, {"unreachable", side.unreachable}};
}

std::string evidence_of(const Numbers& n, const std::vector<cutover::GateResult>& results) {
  json::array gates;
  for (const auto& result : results) {
    json::array conditions;
    for (const auto& c : result.conditions)
      conditions.push_back(json::object{{"what", c.what}, {"verdict", to_string(c.verdict)}, {"words", c.words}});
    gates.push_back(json::object{
        {"gate", result.gate}, {"verdict", to_string(result.verdict)}, {"conditions", std::move(conditions)}});
  }
  return json::serialize(json::object{{"gates", std::move(gates)},
                                      {"new", side_json(n.fresh)},
                                      {"legacy", side_json(n.legacy)},
                                      {"shadow", {{"equal", n.equal}, {"different", n.different}}}});
}

// Further along than asked for counts as well; a hold stays where it was.
bool reached(const cutover::State& state, cutover::Stage stage) {
  return state.past_legacy() && state.effective() >= stage;
}

}  // namespace

void Gatekeeper::notice(const std::string& name, const cutover::State& state, const Numbers& now) {
  Memory& memory = memory_[name];
  const bool same = memory.known && memory.state.effective() == state.effective() && memory.state.weight == state.weight;
  memory.state = state;
  if (same) return;
  if (memory.known) {
    const SideNumbers before = cutover::since(now.legacy, memory.at_entry.legacy);
    if (before.requests > 0) memory.legacy_before = before;
  }
  memory.at_entry = memory.known ? now : Numbers{};
  memory.known = true;
}

Gatekeeper::View Gatekeeper::view_of(const config::Config& config, const config::Cutover& cutover,
                                     const cutover::State& state, const cutover::StageTable& stages,
                                     const Numbers& now) {
  const Memory& memory = memory_[cutover.name];
  Numbers numbers = since(now, memory.at_entry);
  if (state.new_weight() == cutover::full_weight && numbers.legacy.requests == 0) numbers.legacy = memory.legacy_before;
  View view;
  cutover::Situation situation{state, control_.in_step_ms(cutover.name), {}, control_.approvals(cutover.name), {}};
  if (const auto step = cutover::current_step(state, cutover.plan))
    for (const std::string& name : step->gates)
      if (const config::Gate* gate = find_gate(config, name))
        situation.results.push_back(cutover::judge(*gate, numbers, sources_.bucket_end_us));
  for (const cutover::After& after : cutover.after) {
    const auto other = config.find_cutover(after.cutover);
    if (!other || !reached(stages.states[*other], after.stage))
      situation.waits_for.push_back("it comes after '" + after.cutover + "' at " +
                                    std::string(to_string(after.stage)) + ", which is at " +
                                    (other ? describe(stages.states[*other]) : "nothing"));
  }
  view.readiness = cutover::assess(cutover.plan, situation);
  view.results = std::move(situation.results);
  view.evidence = evidence_of(numbers, view.results);
  return view;
}

void Gatekeeper::arm(const config::Config& config, const config::Cutover& cutover, const cutover::State& state,
                     const Numbers& numbers, bool afresh) {
  if (!sources_.arm) return;
  std::optional<double> allowed;
  const auto step = cutover::current_step(state, cutover.plan);
  if (step && state.new_weight() > 0)
    for (const std::string& name : step->gates)
      if (const config::Gate* gate = find_gate(config, name))
        if (gate->error_rate_max || gate->error_rate_worse_by) {
          const double rate = cutover::allowed_error_rate(*gate, numbers.legacy);
          allowed = std::min(rate, allowed.value_or(1));
        }
  sources_.arm(cutover.name, allowed, afresh);
}

Gatekeeper::View Gatekeeper::look(const std::string& name) {
  const auto snapshot = control_.live().snapshot();
  const auto index = snapshot->config->find_cutover(name);
  if (!index) return {};
  const auto all = sources_.numbers();
  const auto found = all.find(name);
  const Numbers now = found == all.end() ? Numbers{} : found->second;
  const std::lock_guard lock(mutex_);
  notice(name, snapshot->stages->states[*index], now);
  return view_of(*snapshot->config, snapshot->config->cutovers[*index], snapshot->stages->states[*index],
                 *snapshot->stages, now);
}

void Gatekeeper::moved(const std::string& name, const cutover::State& state) {
  const auto snapshot = control_.live().snapshot();
  const auto index = snapshot->config->find_cutover(name);
  if (!index) return;
  const auto all = sources_.numbers();
  const auto found = all.find(name);
  const Numbers now = found == all.end() ? Numbers{} : found->second;
  const std::lock_guard lock(mutex_);
  const auto legacy = since(now, memory_[name].at_entry);
  notice(name, state, now);
  arm(*snapshot->config, snapshot->config->cutovers[*index], state, legacy, true);
}

void Gatekeeper::tick() {
  const auto snapshot = control_.live().snapshot();
  const auto all = sources_.numbers();
  for (std::size_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    const config::Cutover& cutover = snapshot->config->cutovers[i];
    const cutover::State& state = snapshot->stages->states[i];
    if (!state.past_legacy()) continue;
    const auto found = all.find(cutover.name);
    const Numbers now = found == all.end() ? Numbers{} : found->second;
    View view;
    {
      const std::lock_guard lock(mutex_);
      const bool first = !memory_[cutover.name].known;
      notice(cutover.name, state, now);
      view = view_of(*snapshot->config, cutover, state, *snapshot->stages, now);
      arm(*snapshot->config, cutover, state, since(now, memory_[cutover.name].at_entry), first);
    }
    cutover::Command command;
    if (view.readiness.failing) {
      command.verb = cutover::Verb::rollback;
      control_.command(cutover.name, command, {"gate-engine", view.readiness.blocks.front(), view.evidence});
    } else if (view.readiness.ready && view.readiness.automatic) {
      control_.command(cutover.name, command, {"gate-engine", "its gates pass", view.evidence});
    }
  }
}

}  // namespace banyan::admin
