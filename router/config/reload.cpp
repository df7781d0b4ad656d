#include "router/config/reload.hpp"

#include <algorithm>
#include <set>

namespace banyan::config {
namespace {

using matching::Rule;

const cutover::State& state_of(const std::map<std::string, cutover::State>& states, const std::string& name) {
  static const cutover::State legacy;
  const auto found = states.find(name);
  return found == states.end() ? legacy : found->second;
}

using RulesByCutover = std::vector<std::vector<Rule>>;

RulesByCutover rules_by_cutover(const Config& config) {
  RulesByCutover out(config.cutovers.size());
  for (const Rule& rule : config.rules.rules()) out[rule.cutover].push_back(rule);
  return out;
}

std::multiset<std::string> described(const std::vector<Rule>& rules) {
  std::multiset<std::string> texts;
  for (const Rule& rule : rules) texts.insert(matching::describe(rule));
  return texts;
}

struct Check {
  const Config& before;
  const Config& after;
  const std::map<std::string, cutover::State>& states;
  ReloadVerdict verdict = {};
  const RulesByCutover rules_before = rules_by_cutover(before);
  const RulesByCutover rules_after = rules_by_cutover(after);

  const std::string& name_before(std::uint32_t upstream) const { return before.upstreams[upstream].name; }
  const std::string& name_after(std::uint32_t upstream) const { return after.upstreams[upstream].name; }
  void refuse(std::string text) { verdict.refusals.push_back(std::move(text)); }
  void note(std::string text) { verdict.changes.push_back(std::move(text)); }

  void fixed();
  void cohort();
  void gone_or_changed();
  void lockstep();
  std::string taken_from(const Rule& rule, const std::string& from) const;
  void fresh();
  void aggregations();
};

void Check::fixed() {
  for (const std::string& key : changed_static_keys(before.fixed, after.fixed))
    refuse(key + " needs a restart");
  if (name_before(before.default_upstream) != name_after(after.default_upstream))
    refuse("default: '" + name_before(before.default_upstream) + "' -> '" +
           name_after(after.default_upstream) + "' would move traffic; it needs a restart");
}

void Check::cohort() {
  if (before.cohort.fingerprint == after.cohort.fingerprint) return;
  note("cohort changed");
  for (const Cutover& cutover : before.cutovers)
    if (const auto& state = state_of(states, cutover.name); state.past_legacy())
      refuse("the cohort key or salt would change while '" + cutover.name + "' is at " + describe(state) +
             ": callers would change sides; roll it back first");
}

void Check::gone_or_changed() {
  for (std::uint32_t i = 0; i < before.cutovers.size(); ++i) {
    const Cutover& old = before.cutovers[i];
    const auto& state = state_of(states, old.name);
    const auto now = after.find_cutover(old.name);
    const std::string where = "'" + old.name + "' is at " + describe(state);
    if (!now) {
      note("cutover '" + old.name + "' removed");
      if (state.past_legacy())
        refuse("cutover " + where + " and would be removed; roll it back first");
      else if (old.from != before.default_upstream)
        refuse("cutover '" + old.name + "' keeps its requests from the default; removing it would move them");
      continue;
    }
    const Cutover& fresh = after.cutovers[*now];
    const bool sides =
        name_before(old.from) != name_after(fresh.from) || name_before(old.to) != name_after(fresh.to);
    const bool match = described(rules_before[i]) != described(rules_after[*now]);
    if (sides) note("cutover '" + old.name + "': from or to changed");
    if (match) note("cutover '" + old.name + "': match changed");
    if (!old.translate != !fresh.translate)
      note("cutover '" + old.name + "': translation " + (fresh.translate ? "added" : "removed"));
    if (name_before(old.from) != name_after(fresh.from))
      refuse("cutover '" + old.name +
             "': a change of 'from' would move its legacy traffic; it needs a restart");
    else if (state.past_legacy() && (sides || match))
      refuse("cutover " + where + " and its " + (match ? "match" : "sides") +
             " would change; roll it back first");
  }
}

// Members move together and have their callers in the same buckets: a group that is under way stays as it is.
void Check::lockstep() {
  const auto members = [](const Config& config, const std::string& name) {
    const auto names = config.in_lockstep_with(name);
    return std::set<std::string>(names.begin(), names.end());
  };
  for (const Cutover& fresh : after.cutovers) {
    const auto old = before.find_cutover(fresh.name);
    if (!old) continue;  // it is at legacy, and its mates notice it
    if (before.cutovers[*old].lockstep == fresh.lockstep && members(before, fresh.name) == members(after, fresh.name)) continue;
    note("cutover '" + fresh.name + "': its lockstep group changed");
    if (const auto& state = state_of(states, fresh.name); state.past_legacy())
      refuse("cutover '" + fresh.name + "' is at " + describe(state) +
             " and its lockstep group would change; roll it back first");
  }
}

// Who had a rule's requests until now: the rules it outranks, best first, down to one that had them all, else
// the default. Every one of them must have sent them, all of them, to where the new rule's legacy side sends
// them.
std::string Check::taken_from(const Rule& rule, const std::string& from) const {
  for (const Rule& other : before.rules.rules()) {
    if (compare_specificity(rule, other) > 0 || !may_overlap(rule, other)) continue;
    const Cutover& owner = before.cutovers[other.cutover];
    const auto& state = state_of(states, owner.name);
    const std::uint32_t side = state.new_weight() == 0 ? owner.from : owner.to;
    const bool split = state.new_weight() != 0 && state.new_weight() != cutover::full_weight;
    if (split || name_before(side) != from) return "'" + owner.name + "', which is at " + describe(state);
    if (covers(other, rule)) return {};
  }
  const std::string& fallback = name_before(before.default_upstream);
  return fallback == from ? "" : "'" + fallback + "', the default";
}

void Check::fresh() {
  for (std::uint32_t i = 0; i < after.cutovers.size(); ++i) {
    const Cutover& added = after.cutovers[i];
    if (before.find_cutover(added.name)) continue;
    note("cutover '" + added.name + "' added");
    const auto& own = state_of(states, added.name);
    if (own.past_legacy())
      refuse("cutover '" + added.name + "' comes back at " + describe(own) + "; roll it back first");
    for (const Rule& rule : rules_after[i]) {
      const std::string loser = taken_from(rule, name_after(added.from));
      if (loser.empty()) continue;
      refuse("new cutover '" + added.name + "' would move requests that now go to " + loser);
      break;
    }
  }
}

// Endpoints of their own, so nothing is refused; but a path may have another answer from now on, and that is said.
void Check::aggregations() {
  const auto find = [](const Config& config, const std::string& name) {
    const auto at = std::find_if(config.aggregations.begin(), config.aggregations.end(), [&](const auto& one) { return one->name == name; });
    return at == config.aggregations.end() ? nullptr : at->get();
  };
  for (const auto& old : before.aggregations)
    if (!find(after, old->name)) note("aggregation '" + old->name + "' removed");
  for (const auto& fresh : after.aggregations)
    if (!find(before, fresh->name)) note("aggregation '" + fresh->name + "' added");
}

}  // namespace

std::vector<std::string> changed_static_keys(const StaticSettings& a, const StaticSettings& b) {
  std::vector<std::string> keys;
  const auto check = [&keys](bool same, const char* key) {
    if (!same) keys.push_back(std::string("static.") + key);
  };
  const auto& s = a.timeouts;
  const auto& t = b.timeouts;
  const auto& l = a.limits;
  const auto& m = b.limits;
  check(a.listen == b.listen, "listen");
  check(a.tls.has_value() == b.tls.has_value(), "tls");
  check(!a.tls || !b.tls || a.tls->listen == b.tls->listen, "tls.listen");
  check(a.admin == b.admin, "admin");
  check(a.state == b.state && a.fleet.has_value() == b.fleet.has_value() && (!a.fleet || a.fleet->address == b.fleet->address), "state");
  check(!a.fleet || !b.fleet || a.fleet == b.fleet || a.fleet->address != b.fleet->address, "fleet");
  check(a.kill_file == b.kill_file, "kill_file");
  check(a.access_log == b.access_log, "access_log");
  check(a.workers == b.workers, "workers");
  check(s.handshake == t.handshake, "timeouts.handshake");
  check(s.header == t.header, "timeouts.header");
  check(s.body == t.body, "timeouts.body");
  check(s.keepalive == t.keepalive, "timeouts.keepalive");
  check(s.tunnel == t.tunnel, "timeouts.tunnel");
  check(s.drain == t.drain, "timeouts.drain");
  check(l.header_bytes == m.header_bytes, "limits.header");
  check(l.target_bytes == m.target_bytes, "limits.target");
  check(l.body_bytes == m.body_bytes, "limits.body");
  check(l.connections == m.connections, "limits.connections");
  check(l.handshakes == m.handshakes, "limits.handshakes");
  check(a.otlp == b.otlp, "tracing.otlp");
  check(a.baggage == b.baggage, "tracing.baggage");
  check(a.trusted_proxies == b.trusted_proxies, "trusted_proxies");
  return keys;
}

ReloadVerdict compare_for_reload(const Config& before, const Config& after,
                                 const std::map<std::string, cutover::State>& states) {
  Check check{before, after, states};
  check.fixed();
  check.cohort();
  check.gone_or_changed();
  check.lockstep();
  check.fresh();
  check.aggregations();
  return std::move(check.verdict);
}

}  // namespace banyan::config
