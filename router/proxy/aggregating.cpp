// An aggregation's request: its parts are asked at the same time, then one answer is made of theirs.
#include "router/proxy/aggregated.hpp"
#include "router/proxy/exchange.hpp"
#include "router/routing/parts.hpp"

#include "router/http/characters.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace banyan::proxy {

using aggregate::Outcome;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr Fault bad_parameter{400, "bad-parameter", "a value in the request cannot be part of a path", 0, {}};
constexpr milliseconds aggregation_half_close{1000};

bool all_done(const Aggregated& state) {
  return std::all_of(state.calls.begin(), state.calls.end(), [](const auto& call) { return call->done(); });
}

void give_up_all(Aggregated& state, Outcome with) {
  for (auto& call : state.calls) call->give_up(with);
}

bool worth_waiting(const Aggregated& state) {
  for (std::size_t i = 0; i < state.calls.size(); ++i) {
    auto& call = *state.calls[i];
    if (state.rules->parts[i].required && call.done() && call.result().outcome != Outcome::ok) return false;
  }
  return true;
}

// What every part gets: where it came from, and what the aggregation lists.
bool part_gets(const aggregate::Aggregation& rules, const http::Field& field) {
  switch (field.id) {
    case http::FieldId::baggage:
    case http::FieldId::host:
    case http::FieldId::via:
    case http::FieldId::forwarded:
    case http::FieldId::tracestate:
    case http::FieldId::x_forwarded_for:
    case http::FieldId::x_forwarded_host:
    case http::FieldId::x_forwarded_proto:
      return true;
    default:
      return std::any_of(rules.headers.begin(), rules.headers.end(),
                         [&](const auto& name) { return http::iequals(name, field.name); });
  }
}

}  // namespace

Task<bool> Exchange::serve_aggregation() {
  const auto routes = routing::route_parts(*view_->snapshot, request_view(), decision_.aggregation);
  if (!routes) co_return co_await answer(bad_parameter);
  aggregated_ = std::make_unique<Aggregated>();
  auto& state = *aggregated_;
  state.rules = view_->config().aggregation_of(decision_.aggregation);
  for (std::size_t i = 0; i < routes->size(); ++i) {
    auto question = part_question(*state.rules, state.rules->parts[i], (*routes)[i]);
    state.calls.push_back(std::make_unique<PartCall>(worker_, view_, std::move(question), session_->event()));
  }
  for (auto& call : state.calls) call->start();
  const bool stays = co_await await_parts();
  if (!stays) {
    answer_class_ = telemetry::AnswerClass::client_gone;
    co_return false;
  }
  co_return co_await answer_aggregation();
}

// False: the client has gone; its parts are given up.
Task<bool> Exchange::await_parts() {
  auto& state = *aggregated_;
  const auto total_ends = started_ + state.rules->timeout;
  session_->set_deadline(state.rules->timeout);
  bool half_closed = false;
  while (!all_done(state)) {
    if (client_lost() || (half_closed && session_->timed_out())) {
      give_up_all(state, Outcome::cancelled);
      co_return false;
    }
    if (!worth_waiting(state)) {
      give_up_all(state, Outcome::cancelled);
      break;
    }
    if (session_->timed_out()) {
      give_up_all(state, Outcome::timed_out);
      break;
    }
    // It may still read, or have left: that looks the same at first.
    if (client().ended() && !half_closed) {
      half_closed = true;
      const auto left = duration_cast<milliseconds>(total_ends - steady_clock::now());
      session_->set_deadline(std::clamp(left, milliseconds(0), aggregation_half_close));
    }
    client().start_read();
    co_await session_->event().wait();
  }
  session_->clear_timeout();
  co_return !session_->aborted();
}

PartQuestion Exchange::part_question(const aggregate::Aggregation& rules, const aggregate::Part& part,
                                     const routing::PartRoute& route) {
  PartQuestion question;
  question.part = &part;
  question.decision = route.decision;
  http::RequestHead head;
  head.method = "GET";
  head.host = request_.host;
  routing::RequestView view;
  view.target = route.target;
  matching::split_target(view);
  head.target = head.outbound = route.target;
  head.path = view.path;
  head.query = view.query;
  head.fields.push_back({"Accept", "application/json", http::FieldId::other, false});
  for (const auto& field : request_.fields)
    if (!field.dropped && part_gets(rules, field)) head.fields.push_back(field);
  std::string translated;
  if (route.decision.side == routing::Side::new_side) {
    const auto& cutover = view_->config().cutovers[route.decision.cutover];
    question.rules = cutover.translate.get();
    const auto& pattern = view_->config().rules.rules()[route.decision.rule].path;
    // A path that cannot be made leaves the part's own, which the service refuses.
    if (question.rules != nullptr) translate_head(*question.rules, pattern, false, head, translated);
  }
  const auto trace = append_copy_head(head, question.request);
  if (recording_) question.traceparent = trace.traceparent(), question.parent_id = recorded_.id();
  question.request.append("\r\n");
  const auto& target = view_->config().upstreams[route.decision.upstream];
  if (target.balance.kind == resilience::Balance::hash) {
    const auto& header = target.balance.header;
    const auto caller = request_view();
    const auto key = header.empty() ? routing::cohort_key(view_->config(), caller) : matching::find_header(caller, header);
    question.has_key = !key.empty();
    if (question.has_key) question.hash_key = resilience::hash_text(key);
  }
  return question;
}

Task<bool> Exchange::answer_aggregation() {
  auto& state = *aggregated_;
  std::vector<aggregate::PartResult> results;
  for (std::size_t i = 0; i < state.calls.size(); ++i) {
    auto& result = results.emplace_back(std::move(state.calls[i]->result()));
    const auto& name = state.rules->parts[i].name;
    worker_.metrics().part(state.rules->name, name).count(static_cast<std::size_t>(result.outcome), state.calls[i]->duration_us());
    state.summary.append(state.summary.empty() ? "" : " ").append(name).append(":").append(to_string(result.outcome));
    attempts_ += state.calls[i]->done() ? 1 : 0;
  }
  if (auto failure = aggregate::judge(*state.rules, results)) {
    state.detail = std::move(failure->detail);
    co_return co_await answer({failure->status, failure->word, state.detail, 0, {}, failure->part});
  }
  const auto whole = aggregate::compose(*state.rules, results);
  const bool sent_all = co_await own_answer_begins();
  if (!sent_all) co_return false;
  answer_out_.put("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n");
  if (!whole.missing.empty()) {
    answer_out_.put("Banyan-Partial: ");
    answer_out_.put(whole.missing);
    answer_out_.put("\r\n");
  }
  if (close_client_) answer_out_.put("Connection: close\r\n");
  else if (request_.minor == 0) answer_out_.put("Connection: keep-alive\r\n");
  answer_out_.put("Content-Length: ");
  answer_out_.put_number(whole.body.size());
  answer_out_.put("\r\n\r\n");
  if (request_.method != "HEAD") answer_out_.put(whole.body);
  status_ = 200;
  answer_class_ = telemetry::class_of(status_);
  co_return co_await own_answer_ends();
}

}  // namespace banyan::proxy
