// Shadow copies: sends a request a second time, to the new side, and compares the answers. Everything happens on a
// thread of its own after the client has its answer; how many copies are under way, and so the memory they hold, is
// bounded, for the router and for each cutover. Whoever finds no place drops the copy and counts it. A share of the copies, and those that differ, are also
// sent to legacy once more: what legacy answers differently to itself is noise (router/compare/differ.hpp).
//
// reserve(), release(), submit() and stats(): any thread.
#pragma once
#include "router/compare/differ.hpp"
#include "router/routing/live.hpp"
#include "router/telemetry/metrics.hpp"
#include "router/tls/store.hpp"
#include "router/tracing/exporter.hpp"
#include "router/upstreams/directory.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace banyan::proxy {

// One endpoint that is asked.
struct ShadowPeer {
  std::uint32_t upstream = 0;
  upstreams::SocketAddress address;
  config::Address endpoint;
  std::shared_ptr<const tls::ClientContext> tls;  // null: plain
};

// What its span is made of, when the caller's request is recorded.
struct ShadowSpan {
  std::string traceparent;  // as it is sent; empty: not recorded
  std::string parent_id, compared_id;  // the caller's request, and its attempt that got the answer
};

// How many of the router's places one cutover holds.
struct ShadowPlaces {
  std::atomic<std::uint32_t> taken{0};
};

struct ShadowJob {
  std::shared_ptr<ShadowPlaces> places;
  std::shared_ptr<const routing::Snapshot> snapshot;
  std::uint32_t cutover = 0;
  ShadowPeer fresh;
  ShadowPeer legacy;  // the endpoint that answered the caller
  std::string request;         // bytes to send
  std::string legacy_request;  // to legacy, when these are others
  ShadowSpan span;
  std::uint32_t draw = 0;  // uniform: is legacy asked twice?
  std::string method, target, trace_id;
  int status = 0;  // the legacy answer
  std::string content_type;
  std::string headers;  // of the legacy answer: name '\0' value '\0' ...
  std::string body;
};

// The last pair that differed.
struct ShadowSample {
  std::string method, target, trace_id;
  std::string summary;  // "status 200 -> 404; ..."
  int legacy_status = 0, new_status = 0;
  std::string legacy_body, new_body;  // their first bytes
};

struct ShadowStats {
  std::int64_t equal = 0, different = 0, dropped = 0, failed = 0;
  std::string last_failure;  // in words
  std::unique_ptr<ShadowSample> last_difference;
};

class ShadowRunner {
 public:
  ShadowRunner(telemetry::Metrics& metrics, tls::Store& tls, tracing::Exporter* spans = nullptr);
  ~ShadowRunner();
  void start();
  void stop();  // copies under way are given up

  static constexpr std::uint32_t most_in_flight = 128;
  static constexpr std::size_t most_answer_bytes = 512 * 1024;

  std::shared_ptr<ShadowPlaces> places(const std::string& cutover);  // the same over reloads
  // A place for one copy; given back by release() or by the end of the submitted job. No cutover takes more places
  // than it leaves free: sides that hang, however many, leave some to the next.
  bool reserve(ShadowPlaces& places);
  void release(ShadowPlaces& places);
  void submit(ShadowJob job);
  std::uint32_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

  std::map<std::string, ShadowStats> stats() const;  // by cutover
  // What differs at a cutover, as compare::report_json(); "null" when nothing was compared yet.
  std::string report(const std::string& cutover) const;
  void forget(const std::string& cutover);  // starts its comparison over

  // What was learned of a cutover's legacy side.
  struct Learned {
    std::string definition;     // of the cutover, under which it was learned
    std::uint64_t version = 0;  // moves with the bytes
    std::string bytes;          // compare::Differ::learned(); empty: as in `known`
    std::size_t undecided = 0;  // comparisons not counted yet
  };
  // `known`: versions that need not be written out again. `meanwhile` runs while no comparison is being counted.
  std::map<std::string, Learned> learned(const std::map<std::string, std::uint64_t>& known,
                                         const std::function<void()>& meanwhile) const;
  // Before the first copy of the cutover. False: the bytes are not such.
  bool learn_again(const config::Cutover& cutover, std::string_view bytes);
  void settle_all();  // decides what waits for more to be learned

 private:
  class Impl;
  struct Judge {
    std::string definition;
    compare::Differ differ;
  };
  compare::Differ& differ(const ShadowJob& job);  // under the mutex
  Judge& new_judge(const config::Cutover& cutover);
  void settle(std::int64_t now_ms);
  bool sampled(const ShadowJob& job);
  bool worth_asking_again(const ShadowJob& job, const compare::Exchange& exchange);
  void record(const ShadowJob& job, const compare::Exchange& exchange);
  void count(const std::string& name, const compare::Outcome& outcome);
  void record_failure(const ShadowJob& job, std::string why);

  telemetry::Metrics& metrics_;
  tls::Store& tls_;
  tracing::Exporter* spans_;
  std::atomic<std::uint32_t> in_flight_{0};
  std::mutex places_mutex_;  // its own: a reload waits for no comparison
  std::map<std::string, std::shared_ptr<ShadowPlaces>> places_;
  mutable std::mutex mutex_;
  std::map<std::string, ShadowSample> samples_;
  std::map<std::string, std::string> failures_;
  std::map<std::string, Judge> judges_;  // of cutovers that were shadowed
  std::uint64_t judges_made_ = 0;
  std::unique_ptr<Impl> impl_;
};

}  // namespace banyan::proxy
