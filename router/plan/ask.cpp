#include "router/plan/ask.hpp"

namespace banyan::plan {
namespace {

using routing::Decision;

// The log's own bucket is the caller's true one; decide() has drawn another from the stand-in.
void use_recorded_bucket(const routing::Snapshot& snapshot, const Recorded& request, Decision& decision) {
  if (request.bucket < 0 || decision.bucket == routing::none || decision.cutover == routing::none) return;
  const config::Cutover& cutover = snapshot.config->cutovers[decision.cutover];
  if (cutover.name != request.cutover) return;
  decision.bucket = static_cast<std::uint32_t>(request.bucket);
  const bool may_copy = routing::is_safe(request.method) || snapshot.config->upstreams[cutover.to].sandbox;
  const bool chosen = decision.bucket < snapshot.stages->states[decision.cutover].shadow_weight();
  decision.shadow = may_copy && chosen ? cutover.to : routing::none;
  if (decision.stage != cutover::Stage::canary) return;
  const bool below = decision.bucket < decision.weight;
  decision.side = below ? routing::Side::new_side : routing::Side::legacy;
  decision.reason = below ? routing::Reason::bucket_below : routing::Reason::bucket_above;
  decision.upstream = below ? cutover.to : cutover.from;
}

}  // namespace

Decision decide(const routing::Snapshot& snapshot, const Recorded& request) {
  std::vector<routing::HeaderSlice> headers{{"Host", request.host}, {"User-Agent", request.user_agent}};
  std::string cookie;
  for (const config::CohortSource& source : snapshot.config->cohort.keys) {
    if (source.kind == config::CohortSource::Kind::header) headers.push_back({source.name, request.who()});
    if (source.kind == config::CohortSource::Kind::cookie) cookie += (cookie.empty() ? "" : "; ") + source.name + "=" + request.who();
  }
  if (!cookie.empty()) headers.push_back({"Cookie", cookie});
  routing::RequestView view{};
  view.method = request.method;
  view.target = request.target;
  view.host = request.host;
  view.headers = headers;
  view.peer = request.client;
  view.draw = static_cast<std::uint32_t>(std::hash<std::string>{}(request.who() + request.target));
  routing::split_target(view);
  Decision decision = routing::decide(snapshot, view);
  use_recorded_bucket(snapshot, request, decision);
  return decision;
}

}  // namespace banyan::plan
