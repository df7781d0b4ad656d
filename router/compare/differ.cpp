#include "router/compare/differ.hpp"

#include <algorithm>
#include <set>

namespace banyan::compare {
namespace {

constexpr std::int64_t patience_ms = 10'000;
constexpr std::uint64_t cleared_by_asking = 20;  // differences of a group for which legacy is asked again

constexpr std::uint64_t learned_format = 1;

const std::string other_kinds = "(other)";

bool safe(const std::string& method) { return method == "GET" || method == "HEAD"; }

std::string group_key(const std::string& kind, const Difference& d) {
  return kind + '\n' + std::string(to_string(d.kind)) + '\n' + d.shape;
}

Sample sample_of(const Exchange& exchange, const Rules& rules) {
  Sample out;
  out.request = exchange.request;
  out.request.target = redact_target(exchange.request.target, rules);
  out.legacy_status = exchange.legacy.status;
  out.fresh_status = exchange.fresh.status;
  out.legacy_body = redact_body(exchange.legacy, rules);
  out.fresh_body = redact_body(exchange.fresh, rules);
  return out;
}

bool has_header(const Answer& answer, std::string_view name) {
  return std::any_of(answer.headers.begin(), answer.headers.end(), [name](const Header& header) {
    return header.name.size() == name.size() &&
           std::equal(name.begin(), name.end(), header.name.begin(), [](char a, char b) { return a == std::tolower(b); });
  });
}

}  // namespace

const std::string& Differ::place_of(const std::string& kind) const {
  return kinds_.contains(kind) || kinds_.size() < most_kinds ? kind : other_kinds;
}

bool Differ::sample(const Request& request, std::uint32_t draw) const {
  if (rules_.noise <= 0 || !safe(request.method)) return false;
  const auto state = kinds_.find(place_of(kind_of(request)));
  if (state == kinds_.end() || state->second.noise.pairs() < learning_pairs) return true;
  return draw < rules_.noise * 4294967296.0;
}

bool Differ::first_look(const Exchange& exchange) const {
  if (rules_.noise <= 0 || !safe(exchange.request.method)) return false;
  const std::string kind = place_of(kind_of(exchange.request));
  const auto judged = judge(kind, compare(exchange.legacy, exchange.fresh, rules_).differences);
  return std::any_of(judged.left.begin(), judged.left.end(), [&](const Difference& d) {
    const auto group = groups_.find(group_key(kind, d));
    return group == groups_.end() || group->second.count < cleared_by_asking;
  });
}

Differ::Judged Differ::judge(const std::string& kind, const std::vector<Difference>& differences) const {
  Judged out;
  const auto state = kinds_.find(kind);
  for (const Difference& d : differences) {
    Excuse excuse = Excuse::unknown;
    if (state != kinds_.end()) {
      const auto with = state->second.with.find(d.shape);
      excuse = state->second.noise.judge(d, with == state->second.with.end() ? 0 : with->second,
                                         state->second.compared);
    }
    if (excuse == Excuse::noise) continue;
    out.unsure = out.unsure || excuse == Excuse::unsure;
    out.left.push_back(d);
  }
  return out;
}

// A difference stays only if the new side also differs from what legacy says by now.
void Differ::drop_what_changed(const Exchange& exchange, const std::string& kind,
                               std::vector<Difference>& left) const {
  if (!exchange.again || left.empty()) return;
  const auto later = judge(kind, compare(*exchange.again, exchange.fresh, rules_).differences).left;
  std::set<std::string> still;
  for (const Difference& d : later) still.insert(d.shape);
  std::erase_if(left, [&](const Difference& d) { return !still.contains(d.shape); });
}

Outcome Differ::take(const Exchange& exchange, std::int64_t now_ms) {
  Outcome outcome;
  const std::string kind = place_of(kind_of(exchange.request));
  KindState& state = kinds_[kind];
  watch_for_writes(exchange);
  if (exchange.again && exchange.sampled) {
    state.noise.observe(compare(exchange.legacy, *exchange.again, rules_));
    ++counts_.pairs;
  }
  ++state.compared;
  ++version_;
  const Result result = compare(exchange.legacy, exchange.fresh, rules_);
  std::set<std::string> shapes;
  for (const Difference& d : result.differences) shapes.insert(d.shape);
  for (const std::string& shape : shapes)
    if (state.with.size() < Noise::most_paths || state.with.contains(shape)) ++state.with[shape];
  Judged judged = judge(kind, result.differences);
  const bool any = !judged.left.empty();
  drop_what_changed(exchange, kind, judged.left);
  if (any && judged.left.empty()) ++counts_.changed_meanwhile;
  Waiting waiting{kind, judged.left, {}, now_ms};
  if (any) waiting.sample = sample_of(exchange, rules_);
  if (judged.left.empty()) {
    bool repeated = false;
    for (const Difference& d : result.differences)
      if (state.noise.repeats(d)) judged.left.push_back(d), repeated = true;
    if (repeated) waiting.sample = sample_of(exchange, rules_);
    if (!result.equal && !repeated) ++counts_.explained;
  }
  if (!judged.left.empty() && judged.unsure) {
    waiting_.push_back(std::move(waiting));
    if (waiting_.size() > most_waiting) {
      Waiting oldest = std::move(waiting_.front());
      waiting_.pop_front();
      Judged late = judge(oldest.kind, oldest.differences);
      decide(std::move(oldest), std::move(late), now_ms, outcome);
    }
  } else {
    decide(std::move(waiting), std::move(judged), now_ms, outcome);
  }
  retry_waiting(now_ms, outcome);
  counts_.waiting = waiting_.size();
  return outcome;
}

Outcome Differ::settle(std::int64_t now_ms) {
  Outcome outcome;
  retry_waiting(now_ms, outcome);
  counts_.waiting = waiting_.size();
  return outcome;
}

void Differ::retry_waiting(std::int64_t now_ms, Outcome& outcome) {
  std::deque<Waiting> kept;
  for (Waiting& waiting : waiting_) {
    Judged judged = judge(waiting.kind, waiting.differences);
    if (judged.unsure && now_ms - waiting.at_ms < patience_ms) kept.push_back(std::move(waiting));
    else decide(std::move(waiting), std::move(judged), now_ms, outcome);
  }
  waiting_ = std::move(kept);
}

void Differ::decide(Waiting waiting, Judged judged, std::int64_t now_ms, Outcome& outcome) {
  if (judged.left.empty()) {
    ++counts_.equal;
    ++outcome.equal;
    return;
  }
  ++counts_.different;
  ++outcome.different;
  Result shown;
  shown.equal = false;
  shown.differences = judged.left;
  shown.total = judged.left.size();
  outcome.summary = summarize(shown);
  record(waiting, judged.left, now_ms);
}

void Differ::record(const Waiting& waiting, const std::vector<Difference>& left, std::int64_t now_ms) {
  std::set<std::string> counted;
  for (const Difference& d : left) {
    const std::string key = group_key(waiting.kind, d);
    if (!counted.insert(key).second) continue;
    if (groups_.size() >= most_groups && !groups_.contains(key)) {
      ++counts_.groups_dropped;
      continue;
    }
    Group& group = groups_[key];
    if (group.count++ == 0) {
      group.kind_of_request = waiting.kind;
      group.shape = d.shape;
      group.kind = d.kind;
      group.first_ms = now_ms;
      group.sample = waiting.sample;
      group.sample.legacy = d.legacy, group.sample.fresh = d.fresh, group.sample.path = d.path;
    }
    group.last_ms = now_ms;
    const auto state = kinds_.find(waiting.kind);
    group.looks_like_noise =
        state != kinds_.end() && state->second.noise.judge(d, 0, 0) != Excuse::unknown;
  }
}

// Safe requests must not write; answers that look as if they did are worth a look (RFC 9110 9.2.1).
void Differ::watch_for_writes(const Exchange& exchange) {
  if (!safe(exchange.request.method)) return;
  if (exchange.fresh.status == 201 || exchange.legacy.status == 201) ++counts_.created_on_safe;
  if (has_header(exchange.fresh, "set-cookie")) ++counts_.set_cookie_on_safe;
}

std::vector<Group> Differ::groups() const {
  std::vector<Group> out;
  for (const auto& [key, group] : groups_) out.push_back(group);
  std::stable_sort(out.begin(), out.end(), [](const Group& a, const Group& b) { return a.count > b.count; });
  return out;
}

std::uint64_t Differ::compared(const std::string& kind) const {
  const auto state = kinds_.find(kind);
  return state == kinds_.end() ? 0 : state->second.compared - state->second.before;
}

std::string Differ::learned() const {
  Packer writer;
  writer(const_cast<Differ*>(this)->kinds_, most_kinds + 1);  // transfer() serves both directions; a Packer changes nothing
  const std::string bytes = writer.take();
  Packer head;
  head(learned_format)(fnv1a(bytes));
  return head.take() + bytes;
}

bool Differ::learn_again(std::string_view bytes) {
  Unpacker reader(bytes);
  std::uint64_t format = 0, hash = 0;
  reader(format)(hash);
  if (!reader.ok() || format != learned_format || hash != fnv1a(reader.rest())) return false;
  std::map<std::string, KindState> kinds;
  reader(kinds, most_kinds + 1);
  if (!reader.ok() || !reader.at_end()) return false;
  for (auto& [kind, state] : kinds) state.before = state.compared;
  kinds_ = std::move(kinds);
  ++version_;
  return true;
}

std::map<std::string, std::vector<Noise::Line>> Differ::noise() const {
  std::map<std::string, std::vector<Noise::Line>> out;
  for (const auto& [kind, state] : kinds_)
    if (auto lines = state.noise.describe(); !lines.empty()) out[kind] = std::move(lines);
  return out;
}

}  // namespace banyan::compare
