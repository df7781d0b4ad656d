#include "router/routing/decide.hpp"

namespace banyan::routing {
namespace {

using config::CohortSource;
using cutover::Stage;

std::string_view cohort_value(const CohortSource& source, const RequestView& request) {
  switch (source.kind) {
    case CohortSource::Kind::header:
      return matching::find_header(request, source.name);
    case CohortSource::Kind::cookie:
      return matching::find_cookie(request, source.name);
    case CohortSource::Kind::query:
      return matching::find_query(request, source.name);
    case CohortSource::Kind::peer:
      return request.peer;
  }
  return {};
}

void find_bucket(const config::Config& config, const config::Cutover& cutover, const RequestView& request,
                 Decision& decision) {
  for (std::uint32_t i = 0; i < config.cohort.keys.size(); ++i) {
    const std::string_view value = cohort_value(config.cohort.keys[i], request);
    if (value.empty()) continue;
    decision.key_source = i;
    decision.bucket = cutover::bucket(config.cohort.salt_key, cutover.hash_prefix, value);
    return;
  }
}

void decide_canary(Decision& decision) {
  if (decision.bucket == none) {
    decision.reason = Reason::no_cohort_key;
    return;
  }
  const bool below = decision.bucket < decision.weight;
  decision.side = below ? Side::new_side : Side::legacy;
  decision.reason = below ? Reason::bucket_below : Reason::bucket_above;
}

bool copied(const cutover::State& state, const Decision& decision, const RequestView& request, bool sandbox) {
  if (!sandbox && !is_safe(request.method)) return false;
  const std::uint32_t place =
      decision.bucket != none ? decision.bucket : request.draw % cutover::bucket_count;
  return place < state.shadow_weight();
}

}  // namespace

std::string_view to_string(Side side) { return side == Side::legacy ? "legacy" : "new"; }

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::no_match:
      return "no_match";
    case Reason::ambiguous_path:
      return "ambiguous_path";
    case Reason::stage_legacy:
      return "stage_legacy";
    case Reason::stage_rolled_back:
      return "stage_rolled_back";
    case Reason::stage_shadow:
      return "stage_shadow";
    case Reason::no_cohort_key:
      return "no_cohort_key";
    case Reason::bucket_below:
      return "bucket_below";
    case Reason::bucket_above:
      return "bucket_above";
    case Reason::stage_live:
      return "stage_live";
    case Reason::stage_retired:
      return "stage_retired";
    case Reason::untranslatable:
      return "untranslatable";
    case Reason::aggregation:
      return "aggregation";
    case Reason::pinned:
      return "pinned";
    case Reason::kept_together:
      return "kept_together";
  }
  return "?";
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}
bool is_idempotent(std::string_view method) {
  return is_safe(method) || method == "PUT" || method == "DELETE";
}
std::uint32_t retries_allowed(std::string_view method) { return is_idempotent(method) ? 1 : 0; }

std::string_view cohort_key(const config::Config& config, const RequestView& request) {
  for (const auto& source : config.cohort.keys)
    if (const auto value = cohort_value(source, request); !value.empty()) return value;
  return {};
}

std::array<char, 16> caller_mark(const config::Config& config, std::string_view cohort_key) {
  // No cutover has such a name: the mark says nothing about buckets.
  std::uint64_t hash = cutover::siphash24(config.cohort.salt_key, std::string_view("caller mark\0", 12), cohort_key);
  std::array<char, 16> digits{};
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, hash >>= 4) *digit = "0123456789abcdef"[hash & 15];
  return digits;
}

Decision decide(const Snapshot& snapshot, const RequestView& request, matching::Trace* trace) {
  const config::Config& config = *snapshot.config;
  if (!config.aggregations.empty()) {
    const auto rule = config.aggregation_rules.find(request);
    if (rule != matching::no_rule) {
      Decision decision;
      decision.upstream = config.default_upstream;
      decision.reason = Reason::aggregation;
      decision.aggregation = rule;
      return decision;
    }
  }
  return decide_ordinary(snapshot, request, trace);
}

Decision decide_ordinary(const Snapshot& snapshot, const RequestView& request, matching::Trace* trace) {
  const config::Config& config = *snapshot.config;
  Decision decision;
  decision.upstream = config.default_upstream;
  decision.rule = config.rules.find(request, trace);
  if (decision.rule == matching::no_rule) {
    if (!matching::ambiguity(request.path).empty()) decision.reason = Reason::ambiguous_path;
    return decision;
  }
  decision.cutover = config.rules.rules()[decision.rule].cutover;
  const config::Cutover& cutover = config.cutovers[decision.cutover];
  const cutover::State& state = snapshot.stages->states[decision.cutover];
  decision.stage = state.effective();
  decision.weight = state.new_weight();
  if (decision.stage == Stage::canary || decision.stage == Stage::shadow)
    find_bucket(config, cutover, request, decision);
  switch (decision.stage) {
    case Stage::legacy:
      decision.reason = Reason::stage_legacy;
      break;
    case Stage::rolled_back:
      decision.reason = Reason::stage_rolled_back;
      break;
    case Stage::shadow: {
      decision.reason = Reason::stage_shadow;
      if (copied(state, decision, request, config.upstreams[cutover.to].sandbox))
        decision.shadow = cutover.to;
      break;
    }
    case Stage::canary:
      decide_canary(decision);
      break;
    case Stage::live:
    case Stage::retired:
      decision.side = Side::new_side;
      decision.reason = decision.stage == Stage::live ? Reason::stage_live : Reason::stage_retired;
      break;
    case Stage::held:
      break;  // effective() never says held
  }
  decision.upstream = decision.side == Side::new_side ? cutover.to : cutover.from;
  return decision;
}

}  // namespace banyan::routing
