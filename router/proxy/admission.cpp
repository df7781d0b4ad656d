// Who is let in to an upstream: its breaker first, then its bulkhead, where a request may have to wait.
#include "router/proxy/exchange.hpp"

#include "router/matching/request_view.hpp"

namespace banyan::proxy {

using resilience::Breaker;
using resilience::Bulkhead;

namespace {

constexpr Fault busy{503, "upstream-busy", "the upstream has as many requests under way as allowed", 1, {}};
constexpr Fault shed{503, "shed", "the request waited longest when the upstream's queue was full", 1, {}};
constexpr Fault queue_timeout{503, "queue-timeout", "the upstream had no place for the request in time", 1, {}};

}  // namespace

// Its turn is decided by whichever thread frees a place; the news travels to the session's own thread.
struct Exchange::Turn final : Bulkhead::Waiter, std::enable_shared_from_this<Turn> {
  Turn(Worker& w, Session& s) : worker(w), session(&s) {}
  void on_turn() override {
    worker.post([self = shared_from_this()] {
      if (self->session != nullptr) self->session->event().notify();
    });
  }
  Worker& worker;
  Session* session;  // the worker's thread only; null once nobody waits any more
};

Exchange::Door Exchange::knock() {
  auto& state = *group().state;
  permit_ = state.breaker.enter(target().breaker, worker_.now_ms());
  if (!permit_.allowed) {
    const auto seconds = static_cast<int>(std::min<std::int64_t>((permit_.retry_after_ms + 999) / 1000, 86'400));
    fault_ = {503, "breaker-open", "the upstream failed too often; it is given time to recover", std::max(seconds, 1), {}};
    return Door::closed;
  }
  inside_ = true;
  state.active.add(worker_.number(), 1);
  const auto& rule = target().limits.bulkhead;
  if (rule.inflight == 0) return Door::open;
  if (!state.bulkhead.try_enter(rule)) return Door::full;
  occupies_ = true;
  return Door::open;
}

Task<Exchange::Door> Exchange::wait_for_turn() {
  auto& bulkhead = group().state->bulkhead;
  const auto turn = std::make_shared<Turn>(worker_, *session_);
  auto state = bulkhead.enter_or_wait(target().limits.bulkhead, turn);
  const bool refused = state == Bulkhead::Waiter::State::shed;
  session_->set_deadline(within_total(target().limits.queue_timeout));
  while (state == Bulkhead::Waiter::State::waiting) {
    if (session_->timed_out() || client_lost()) {
      if (bulkhead.give_up(turn)) break;
    } else {
      client().start_read();  // so that a client that leaves is noticed
      co_await session_->event().wait();
    }
    state = turn->state();
  }
  turn->session = nullptr;
  session_->clear_timeout();
  occupies_ = state == Bulkhead::Waiter::State::granted;
  if (client_lost()) {
    answer_class_ = telemetry::AnswerClass::client_gone;
    co_return Door::gone;
  }
  if (occupies_) co_return Door::open;
  fault_ = refused ? busy : state == Bulkhead::Waiter::State::shed ? shed : queue_timeout;
  co_return Door::closed;
}

// What the request says about its upstream. The router's own refusals and clients that leave say nothing.
Breaker::Outcome Exchange::outcome() const {
  using telemetry::AnswerClass;
  const bool reached = attempts_ > 0;
  switch (answer_class_) {
    case AnswerClass::client_gone:
      return Breaker::Outcome::unknown;
    case AnswerClass::router_made:
      return reached && fault_.status >= 502 ? Breaker::Outcome::bad : Breaker::Outcome::unknown;
    case AnswerClass::truncated:
    case AnswerClass::s5xx:
      return Breaker::Outcome::bad;
    default:
      return Breaker::Outcome::good;
  }
}

void Exchange::leave() {
  if (series_ != nullptr) series_->inflight.add(-1);
  if (!inside_) return;
  auto& state = *group().state;
  state.active.add(worker_.number(), -1);
  if (occupies_) state.bulkhead.leave(target().limits.bulkhead);
  state.breaker.leave(target().breaker, permit_, outcome(), worker_.now_ms());
}

void Exchange::find_hash_key(const routing::RequestView& request) {
  const auto& header = target().balance.header;
  const auto value = header.empty() ? routing::cohort_key(view_->config(), request) : matching::find_header(request, header);
  has_key_ = !value.empty();
  hash_key_ = has_key_ ? resilience::hash_text(value) : 0;
}

}  // namespace banyan::proxy
