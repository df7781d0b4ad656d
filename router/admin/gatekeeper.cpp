#include "router/admin/gatekeeper.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

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

Numbers numbers_of(const std::map<std::string, Numbers>& all, const std::string& name) {
  const auto found = all.find(name);
  return found == all.end() ? Numbers{} : found->second;
}

// Further along than asked for counts as well; a hold stays where it was.
bool reached(const cutover::State& state, cutover::Stage stage) {
  return state.past_legacy() && state.effective() >= stage;
}

std::vector<cutover::Blocker> waits(const routing::Snapshot& snapshot, const config::Cutover& cutover) {
  std::vector<cutover::Blocker> out;
  for (const cutover::After& after : cutover.after) {
    const auto other = snapshot.config->find_cutover(after.cutover);
    if (other && reached(snapshot.stages->states[*other], after.stage)) continue;
    out.push_back({cutover::Blocker::Kind::after,
                   "it comes after '" + after.cutover + "' at " + std::string(to_string(after.stage)) + ", which is at " +
                       (other ? describe(snapshot.stages->states[*other]) : "nothing"),
                   after.cutover});
  }
  return out;
}

bool same_step(const cutover::State& one, const cutover::State& other) {
  return one.effective() == other.effective() && one.weight == other.weight;
}

}  // namespace

Numbers Gatekeeper::Memory::since_entry(const Numbers& now) const { return plus(before_start, since(now, at_entry)); }

void Gatekeeper::notice(const config::Cutover& cutover, const cutover::State& state, const Numbers& now) {
  Memory& memory = memory_[cutover.name];
  const bool same = memory.known && same_step(memory.state, state) && memory.definition == cutover.definition;
  memory.state = state;
  if (same) return;
  // What was counted under another definition is not about this cutover.
  if (memory.known && memory.definition == cutover.definition) {
    const SideNumbers before = memory.since_entry(now).legacy;
    if (before.requests > 0) memory.legacy_before = before;
  } else {
    memory.legacy_before = {};
  }
  memory.at_entry = memory.known ? now : Numbers{};
  memory.before_start = {};
  memory.definition = cutover.definition;
  memory.known = true;
}

void Gatekeeper::restore(const std::map<std::string, cutover::Evidence>& kept) {
  const auto snapshot = control_.live().snapshot();
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    const config::Cutover& cutover = snapshot->config->cutovers[i];
    const auto found = kept.find(cutover.name);
    if (found == kept.end() || found->second.definition != cutover.definition || found->second.step != control_.step_stamp(cutover.name))
      continue;
    Memory& memory = memory_[cutover.name];
    memory.state = snapshot->stages->states[i];
    memory.definition = cutover.definition;
    memory.before_start = found->second.numbers;
    memory.legacy_before = found->second.legacy_before;
    memory.known = true;
  }
}

std::map<std::string, cutover::Evidence> Gatekeeper::evidence() {
  const auto snapshot = control_.live().snapshot();
  const auto all = sources_.numbers();
  std::map<std::string, cutover::Evidence> out;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    const config::Cutover& cutover = snapshot->config->cutovers[i];
    const cutover::State& state = snapshot->stages->states[i];
    // Before the numbers: a step that is entered meanwhile has another stamp, and these are not its numbers.
    const std::string stamp = control_.step_stamp(cutover.name);
    const auto memory = memory_.find(cutover.name);
    if (!state.past_legacy() || memory == memory_.end() || !memory->second.known) continue;
    if (!same_step(memory->second.state, state) || memory->second.definition != cutover.definition) continue;
    out[cutover.name] = {cutover.definition, stamp, memory->second.since_entry(numbers_of(all, cutover.name)),
                         memory->second.legacy_before};
  }
  return out;
}

Gatekeeper::View Gatekeeper::view_of(const routing::Snapshot& snapshot, std::uint32_t index, const Numbers& now) {
  const config::Config& config = *snapshot.config;
  const config::Cutover& cutover = config.cutovers[index];
  const cutover::State& state = snapshot.stages->states[index];
  const Memory& memory = memory_[cutover.name];
  Numbers numbers = memory.since_entry(now);
  if (state.new_weight() == cutover::full_weight && numbers.legacy.requests == 0) numbers.legacy = memory.legacy_before;
  View view;
  cutover::Situation situation{state, control_.in_step_ms(cutover.name), {}, control_.approvals(cutover.name),
                               control_.own_blocks(cutover.name)};
  if (const auto step = cutover::current_step(state, cutover.plan))
    for (const std::string& name : step->gates)
      if (const config::Gate* gate = find_gate(config, name))
        situation.results.push_back(cutover::judge(*gate, numbers, sources_.bucket_end_us));
  for (cutover::Blocker& wait : waits(snapshot, cutover)) situation.others.push_back(std::move(wait));
  view.readiness = cutover::assess(cutover.plan, situation);
  view.results = std::move(situation.results);
  view.evidence = evidence_of(numbers, view.results);
  return view;
}

Gatekeeper::View Gatekeeper::view_in_lockstep(const routing::Snapshot& snapshot, std::uint32_t index,
                                              const AllNumbers& all) {
  View view;
  std::vector<cutover::Mate> mates;
  for (const std::string& name : snapshot.config->in_lockstep_with(snapshot.config->cutovers[index].name)) {
    const std::uint32_t member = *snapshot.config->find_cutover(name);
    const Numbers now = numbers_of(all, name);
    notice(snapshot.config->cutovers[member], snapshot.stages->states[member], now);
    View one = view_of(snapshot, member, now);
    if (member == index) view = std::move(one);
    else mates.push_back({name, std::move(one.readiness)});
  }
  view.readiness = cutover::in_lockstep(std::move(view.readiness), mates);
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
  const std::lock_guard lock(mutex_);
  return view_in_lockstep(*snapshot, *index, all);
}

std::map<std::string, Gatekeeper::View> Gatekeeper::look_at_all() {
  const auto snapshot = control_.live().snapshot();
  const auto all = sources_.numbers();
  std::map<std::string, View> out;
  const std::lock_guard lock(mutex_);
  for (std::uint32_t i = 0; i < snapshot->config->cutovers.size(); ++i)
    out[snapshot->config->cutovers[i].name] = view_in_lockstep(*snapshot, i, all);
  return out;
}

void Gatekeeper::moved(const std::string& name, const cutover::State& state) {
  const auto snapshot = control_.live().snapshot();
  const auto index = snapshot->config->find_cutover(name);
  if (!index) return;
  const Numbers now = numbers_of(sources_.numbers(), name);
  const std::lock_guard lock(mutex_);
  const config::Cutover& cutover = snapshot->config->cutovers[*index];
  // The step that is left, in case nobody looked since it was entered: after a rollback the same step is another one.
  notice(cutover, snapshot->stages->states[*index], now);
  const Numbers legacy = memory_[name].since_entry(now);
  notice(cutover, state, now);
  memory_[name].armed = true;
  arm(*snapshot->config, cutover, state, legacy, true);
}

bool Gatekeeper::act(const config::Cutover& cutover, const View& view) {
  cutover::Command command;
  if (view.readiness.failing) {
    const auto& blocks = view.readiness.blocks;
    const auto why = std::find_if(blocks.begin(), blocks.end(), [](const cutover::Blocker& block) {
      return block.kind == cutover::Blocker::Kind::gate && block.verdict == cutover::Verdict::fail && block.mate.empty();
    });
    command.verb = cutover::Verb::rollback;
    control_.command(cutover.name, command, {"gate-engine", (why == blocks.end() ? blocks.begin() : why)->words, view.evidence});
  } else if (view.readiness.ready && view.readiness.automatic) {
    control_.command(cutover.name, command, {"gate-engine", "its gates pass", view.evidence});
  } else {
    return false;
  }
  return true;
}

void Gatekeeper::tick() {
  const auto snapshot = control_.live().snapshot();
  const auto all = sources_.numbers();
  std::set<std::string> acted;
  for (std::uint32_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    const config::Cutover& cutover = snapshot->config->cutovers[i];
    const cutover::State& state = snapshot->stages->states[i];
    if (!state.past_legacy()) continue;
    if (acted.contains(cutover.name)) continue;  // it has moved with its group: judged at the next tick
    View view;
    {
      const std::lock_guard lock(mutex_);
      view = view_in_lockstep(*snapshot, i, all);
      Memory& memory = memory_[cutover.name];
      arm(*snapshot->config, cutover, state, memory.since_entry(numbers_of(all, cutover.name)), !memory.armed);
      memory.armed = true;
    }
    if (!act(cutover, view)) continue;
    for (const std::string& name : snapshot->config->in_lockstep_with(cutover.name)) acted.insert(name);
  }
}

}  // namespace banyan::admin
