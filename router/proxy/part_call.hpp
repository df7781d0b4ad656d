// One part of an aggregation: one GET and its answer, read as a whole, beside others on the same worker. It keeps to
// the rules of its upstream (breaker, bulkhead, balancer, ejection, TLS, kept connections) and of its cutover (metrics
// of the side, tripwire, translation). Asked again only when a kept connection turned out to be closed. One thread.
#pragma once
#include "router/aggregate/aggregation.hpp"
#include "router/proxy/answer_reader.hpp"
#include "router/proxy/task.hpp"
#include "router/proxy/worker.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace banyan::proxy {

struct PartQuestion {
  const aggregate::Part* part = nullptr;
  routing::Decision decision;
  std::string request;  // bytes to send
  std::string traceparent, parent_id;  // of its span; empty: the caller's request is not recorded
  const translate::Translation* rules = nullptr;  // of its answer
  std::uint64_t hash_key = 0;
  bool has_key = false;
};

class PartCall final : public StreamListener, public TimerWheel::Entry {
 public:
  // `finished` is notified once done() is true; then the call may be destroyed.
  PartCall(Worker& worker, std::shared_ptr<const View> view, PartQuestion question, Event& finished);

  void start();                           // may be done when it returns
  void give_up(aggregate::Outcome with);  // is done when it returns
  bool done() const { return done_; }
  aggregate::PartResult& result() { return result_; }
  std::uint32_t duration_us() const { return duration_us_; }

 private:
  enum class Attempt { answered, stale, failed };

  void on_stream_event() override { event_.notify(); }
  void on_deadline() override { give_up(aggregate::Outcome::timed_out); }

  Detached run();
  Task<bool> ask();
  Task<Attempt> attempt(bool fresh);
  Task<bool> connect(upstreams::Endpoint& endpoint);
  void note_handshake(const upstreams::Endpoint& endpoint);
  Task<Attempt> converse();
  bool enter();
  void leave();
  bool pick();
  bool take_kept(upstreams::Endpoint& endpoint);
  void release(bool answered);
  void blame(bool good);
  void read_result();
  void observe();
  void write_span();
  void fail(std::string_view why);

  const config::Upstream& target() const { return view_->config().upstreams[question_.decision.upstream]; }
  const upstreams::Group& group() const { return view_->upstreams->groups[question_.decision.upstream]; }
  Stream& stream() { return connection_->stream; }

  Worker& worker_;
  std::shared_ptr<const View> view_;
  PartQuestion question_;
  Event& finished_;
  Event event_;
  std::unique_ptr<Connection> connection_;
  std::optional<AnswerReader> reader_;
  aggregate::PartResult result_;
  resilience::Breaker::Permit permit_;
  resilience::Tried tried_;
  upstreams::Endpoint* endpoint_ = nullptr;
  telemetry::Series* series_ = nullptr;
  std::chrono::steady_clock::time_point started_;
  std::uint32_t duration_us_ = 0;
  bool reached_ = false;   // an endpoint was tried
  bool inside_ = false;    // counted as active
  bool occupies_ = false;  // a place in the bulkhead
  bool loaded_ = false;    // counted in the endpoint's load
  bool given_up_ = false;
  bool done_ = false;
};

}  // namespace banyan::proxy
