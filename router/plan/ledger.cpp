#include "router/plan/ledger.hpp"

#include "router/plan/ask.hpp"

#include <algorithm>

namespace banyan::plan {
namespace {

bool everybody_moved(const cutover::State& state) { return state.new_weight() == cutover::full_weight && state.effective() != cutover::Stage::canary; }

}  // namespace

std::string_view to_string(Deletable deletable) {
  switch (deletable) {
    case Deletable::yes:
      return "yes";
    case Deletable::not_moved:
      return "not_moved";
    case Deletable::asked:
      return "asked";
    case Deletable::log_short:
      return "log_short";
  }
  return "?";
}

Ledger::Ledger(routing::Snapshot now) : now_(std::move(now)), rows_(now_.config->cutovers.size()) {}

void Ledger::add(const Recorded& request) {
  const routing::Decision decision = decide(now_, request);
  if (decision.aggregation != routing::none) {
    ++counts_.aggregated;
    return;
  }
  if (counts_.requests.all++ == 0) counts_.first_ms = request.unix_ms;
  counts_.first_ms = std::min(counts_.first_ms, request.unix_ms);
  counts_.last_ms = std::max(counts_.last_ms, request.unix_ms);
  const bool write = !routing::is_safe(request.method);
  counts_.writes.all += write;
  // The rules of now say what a request belongs to; the log says who answered it then.
  const bool fresh = request.side.empty() ? decision.side == routing::Side::new_side : request.side == "new";
  counts_.requests.moved += fresh;
  counts_.writes.moved += write && fresh;
  if (decision.cutover == routing::none) {
    ++counts_.unmatched;
    return;
  }
  Row& row = rows_[decision.cutover];
  if (fresh) {
    ++row.fresh;
    return;
  }
  ++row.legacy;
  row.last_legacy_ms = std::max(row.last_legacy_ms, request.unix_ms);
  LegacyCaller& caller = row.callers[request.who()];
  if (caller.requests++ == 0) caller.who = request.who();
  if (request.unix_ms < caller.last_ms) return;
  caller.last_ms = request.unix_ms;
  if (!request.user_agent.empty()) caller.user_agent = request.user_agent;
}

Deletable Ledger::judge(std::size_t row, std::int64_t now_ms, std::chrono::milliseconds silence) const {
  if (!everybody_moved(now_.stages->states[row])) return Deletable::not_moved;
  const std::int64_t since = now_ms - silence.count();
  if (rows_[row].last_legacy_ms >= since && rows_[row].last_legacy_ms != 0) return Deletable::asked;
  if (counts_.requests.all == 0 || counts_.first_ms > since) return Deletable::log_short;
  return Deletable::yes;
}

LedgerResult Ledger::result(std::int64_t now_ms, std::chrono::milliseconds silence, std::size_t most_callers) const {
  LedgerResult out = counts_;
  const config::Config& config = *now_.config;
  out.rows.resize(rows_.size());
  for (const matching::Rule& rule : config.rules.rules()) {
    out.rows[rule.cutover].endpoints.push_back(matching::describe(rule));
    ++out.endpoints.all;
    out.endpoints.moved += everybody_moved(now_.stages->states[rule.cutover]);
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    LedgerRow& row = out.rows[i];
    row.cutover = config.cutovers[i].name;
    row.state = now_.stages->states[i];
    row.legacy_requests = rows_[i].legacy;
    row.new_requests = rows_[i].fresh;
    row.last_legacy_ms = rows_[i].last_legacy_ms;
    row.legacy_callers = rows_[i].callers.size();
    row.deletable = judge(i, now_ms, silence);
    for (const auto& [who, caller] : rows_[i].callers) row.callers.push_back(caller);
    std::stable_sort(row.callers.begin(), row.callers.end(),
                     [](const LegacyCaller& a, const LegacyCaller& b) { return a.requests > b.requests; });
    if (row.callers.size() > most_callers) row.callers.resize(most_callers);
  }
  return out;
}

}  // namespace banyan::plan
