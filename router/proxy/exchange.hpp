// One request and its answer: route, pick an endpoint, relay both ways, observe. Reused from request to request, so
// that its buffers are made once. Lives on one worker; refers to one session at a time.
//
//   take_head -> run: refuse_early | knock -> [obtain connection -> forward -> settle]* -> conclude
//
// Rules kept here: nothing that may have been processed is sent twice; an answer that was cut never ends cleanly; the
// router's own answers are marked; one request is served by one View from first byte to last.
#pragma once
#include "router/http/byte_buffer.hpp"
#include "router/http/problem.hpp"
#include "router/http/request.hpp"
#include "router/http/response.hpp"
#include "router/http/rewrite.hpp"
#include "router/proxy/body_pump.hpp"
#include "router/proxy/session.hpp"
#include "router/proxy/shadow.hpp"
#include "router/proxy/translated.hpp"
#include "router/proxy/worker.hpp"
#include "router/routing/decide.hpp"
#include "router/routing/parts.hpp"
#include "router/telemetry/span.hpp"
#include "router/telemetry/trace.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace banyan::proxy {

struct Aggregated;
struct PartQuestion;

// Why the router answers by itself.
struct Fault {
  int status = 502;
  std::string_view word;    // static text
  std::string_view detail;  // static text
  int retry_after_seconds = 0;
  std::string_view allow{};
  std::string_view part{};  // of an aggregation; outlives the answer
};

inline constexpr Fault total_fault{504, "total-timeout", "the upstream did not finish within the whole time allowed", 0, {}};

class Exchange {
 public:
  Exchange(Worker& worker, Session& session);
  ~Exchange();
  void adopt(Session& session) { session_ = &session; }
  void clear();

  // Moves the head out of the client's buffer, which is free for the body after that.
  void take_head(std::size_t size);

  // All three return whether the client's connection can serve another request.
  Task<bool> run();
  Task<bool> refuse_head(http::Errc error);  // faulty before it could be taken
  Task<bool> refuse(Fault fault);

 private:
  enum class Verdict { pending, complete, retry, fault, cut, client_gone, tunnel };
  enum class Phase { head, collect, body };
  enum class Waits : std::uint8_t { nothing, request_body, upstream_write, answer_head, answer_body, client_write, half_closed };

  Stream& client() { return session_->client(); }
  Stream& upstream() { return connection_->stream; }
  const config::Upstream& target() const { return view_->config().upstreams[decision_.upstream]; }

  // exchange.cpp
  Task<bool> serve();
  void route();
  std::optional<Fault> refuse_early();
  std::optional<Fault> length_fault() const;
  void prepare_shadow();
  Task<bool> answer(Fault fault);
  Task<bool> own_answer_begins();  // false: nothing more can be sent
  Task<bool> own_answer_ends();
  routing::RequestView request_view() const;
  Task<bool> answer_options();
  bool keeps_client() const;

  enum class Door : std::uint8_t { open, full, closed, gone };  // closed: fault_ says why; gone: the client is

  // translating.cpp
  const translate::Translation* translation() const;
  Task<Door> translate_request(const translate::Translation& rules);
  Task<Door> hold_body(std::uint64_t most);
  void name_held_length();
  void go_to_legacy();
  bool translate_answer_head();
  void collect_answer();
  void finish_translated_answer();

  // aggregating.cpp
  Task<bool> serve_aggregation();
  Task<bool> await_parts();
  Task<bool> answer_aggregation();
  PartQuestion part_question(const aggregate::Aggregation& rules, const aggregate::Part& part, const routing::PartRoute& route);

  // admission.cpp: breaker and bulkhead
  struct Turn;
  Door knock();
  Task<Door> wait_for_turn();
  void leave();
  resilience::Breaker::Outcome outcome() const;
  void find_hash_key(const routing::RequestView& request);

  // attempts.cpp: one endpoint after another
  const upstreams::Group& group() const { return view_->upstreams->groups[decision_.upstream]; }
  bool pick();
  bool take_kept();
  bool kept_is_stale();
  Task<Verdict> open_connection();
  Task<Verdict> connect_to(upstreams::Endpoint& endpoint);
  void settle(Verdict verdict);
  void release_connection();
  Task<Verdict> begin_retry();
  Task<bool> wait_for_budget();
  Task<bool> pause(std::chrono::milliseconds length);
  bool client_lost();
  bool total_over() const;
  std::chrono::milliseconds within_total(std::chrono::milliseconds most) const;
  void note_tls(const upstreams::Endpoint& endpoint, bool connected);

  // forward.cpp
  Task<Verdict> forward();
  void begin_forwarding();
  void read_answer();
  bool read_answer_head();
  void on_answer_head(std::string_view head);
  void relay_interim();
  void begin_answer();
  void say_deprecated(const config::Cutover& cutover, http::ResponseRewrite& rewrite);
  Verdict judge();
  Verdict judge_body();
  Verdict judge_head();
  Verdict judge_collecting();
  Verdict on_upstream_gone();
  Verdict on_timeout();
  Verdict fault(Fault fault);
  Waits waiting_for();
  std::chrono::milliseconds patience(Waits waits) const;
  void watch();
  Task<bool> tunnel();

  // spans.cpp: for requests whose trace is recorded
  void begin_trace();
  void begin_attempt();
  void end_attempt(Verdict verdict);
  std::string_view attempt_error(Verdict verdict, std::array<char, 3>& digits) const;
  void write_server_span();
  telemetry::SpanHead server_head() const;
  std::string_view server_error(std::array<char, 3>& digits) const;
  void write_decision(telemetry::SpanText& span) const;
  ShadowSpan shadow_span(const telemetry::Trace& copy) const;
  // The value of a member that the configuration names; empty: the request has none.
  std::string_view baggage_member(std::string_view key) const;
  std::string_view baggage_json();
  std::int64_t unix_ns(std::chrono::steady_clock::time_point when) const;

  // observe.cpp
  void observe();
  void watch_error_rate();
  void write_access_entry(std::uint64_t us);
  void keep_shadow_headers();
  void submit_shadow();
  ShadowPeer peer(std::uint32_t upstream, const upstreams::Endpoint& endpoint) const;
  telemetry::Trace append_copy_head(const http::RequestHead& request, std::string& out) const;  // the copy's own span
  bool write_shadow_requests(ShadowJob& job) const;

  Worker& worker_;
  Session* session_;
  std::shared_ptr<const View> view_;
  std::unique_ptr<Connection> connection_;
  upstreams::Endpoint* endpoint_ = nullptr;
  http::ByteBuffer head_;
  http::ByteBuffer request_out_;
  http::ByteBuffer answer_out_;
  http::RequestHead request_;
  http::ResponseHead response_;
  http::HeadScan answer_scan_;
  std::vector<routing::HeaderSlice> slices_;
  BodyPump up_;
  BodyPump down_;
  routing::Decision decision_;
  std::optional<telemetry::Trace> trace_;  // its span is that of the attempt under way
  struct Recorded {
    std::array<char, 16> span_id;  // of the request as a whole
    std::string_view parent_id;    // in head_; empty: the trace begins here
    std::int64_t epoch_ns = 0;     // of the steady clock
    std::chrono::steady_clock::time_point attempt_started;
    std::uint32_t connect_us_before = 0;
    std::string_view id() const { return {span_id.data(), span_id.size()}; }
  };
  Recorded recorded_;
  std::string baggage_;  // as it goes into the access log
  telemetry::Series* series_ = nullptr;
  Fault fault_;
  std::unique_ptr<Translated> translated_;  // null: nothing is translated
  std::unique_ptr<Aggregated> aggregated_;  // null: it is no aggregation
  std::string shadow_body_;
  std::string shadow_type_;
  std::string shadow_headers_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point sent_at_;
  std::uint32_t connect_us_ = 0;
  std::uint32_t upstream_us_ = 0;
  resilience::Tried tried_;
  resilience::Breaker::Permit permit_;
  std::uint64_t hash_key_ = 0;
  std::uint32_t index_ = resilience::nobody;  // of endpoint_ in its group
  std::uint32_t resent_ = 0;                  // times it was sent again
  std::uint64_t client_sent_before_ = 0;
  std::uint64_t upstream_sent_before_ = 0;
  std::uint64_t progress_ = 0;
  std::uint32_t attempts_ = 0;
  int status_ = 0;
  telemetry::AnswerClass answer_class_ = telemetry::AnswerClass::router_made;
  Phase phase_ = Phase::head;
  Waits waits_ = Waits::nothing;
  bool answered_ = false;   // the client has been sent (part of) a final answer
  bool continued_ = false;  // the upstream has asked for the body
  bool close_client_ = false;
  bool force_fresh_ = false;
  bool inside_ = false;       // counted as active
  bool occupies_ = false;     // a place in the bulkhead
  bool retrying_ = false;     // a place in the retry budget
  bool loaded_ = false;       // counted in endpoint_'s load
  bool has_key_ = false;
  bool asked_again_ = false;  // a wait comes before the next retry
  bool shadowing_ = false;
  bool tunnelled_ = false;
  bool routed_ = false;
  bool keeps_state_ = false;  // tracestate goes on
  bool recording_ = false;  // spans are made of it
  bool ends_by_close_ = false;  // this client knows the answer's end only by the end of the connection
};

}  // namespace banyan::proxy
