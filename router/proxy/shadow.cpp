#include "router/proxy/shadow.hpp"

#include "router/compare/report.hpp"
#include "router/proxy/answer_reader.hpp"
#include "router/proxy/shadow_span.hpp"
#include "router/proxy/translated.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>

#include <array>
#include <cstring>
#include <thread>

namespace banyan::proxy {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

tcp::endpoint to_asio(const upstreams::SocketAddress& address) {
  tcp::endpoint endpoint;
  endpoint.resize(address.size);
  std::memcpy(endpoint.data(), &address.storage, address.size);
  return endpoint;
}

// The whole answer, or words about why there is none. An end without close_notify is an error, not an end.
template <class Stream>
asio::awaitable<std::string> converse(Stream& stream, std::string_view request, AnswerReader& reader) {
  auto [write_error, written] = co_await asio::async_write(stream, asio::buffer(request), tuple);
  if (write_error) co_return "send: " + write_error.message();
  std::array<char, 16 * 1024> bytes;
  while (!reader.done()) {
    auto [error, n] = co_await stream.async_read_some(asio::buffer(bytes), tuple);
    if (error == asio::error::eof) reader.finish();
    else if (error) co_return "receive: " + error.message();
    else reader.feed({bytes.data(), n});
  }
  co_return std::string(reader.failure());
}

asio::awaitable<std::string> fetch(tcp::socket& socket, const ShadowPeer& peer, const ShadowJob& job,
                                   std::string_view request, AnswerReader& reader, tls::Store& store) {
  auto [connect_error] = co_await socket.async_connect(to_asio(peer.address), tuple);
  if (connect_error) co_return "connect: " + connect_error.message();
  if (!peer.tls) co_return co_await converse(socket, request, reader);
  asio::ssl::stream<tcp::socket&> stream(socket, peer.tls->make_handle(peer.endpoint));
  auto [shake_error] = co_await stream.async_handshake(asio::ssl::stream_base::client, tuple);
  if (shake_error) {
    const auto failure = tls::upstream_failure(stream.native_handle(), peer.tls->server_name(peer.endpoint), shake_error.message());
    store.upstream_failed(job.snapshot->config->upstreams[peer.upstream].name, config::to_string(peer.endpoint), failure);
    co_return "tls: " + failure.text;
  }
  co_return co_await converse(stream, request, reader);
}

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::vector<compare::Header> split_headers(std::string_view flat) {
  std::vector<compare::Header> out;
  while (!flat.empty()) {
    const auto name_end = flat.find('\0'), value_end = flat.find('\0', name_end + 1);
    if (value_end == flat.npos) break;
    out.push_back({flat.substr(0, name_end), flat.substr(name_end + 1, value_end - name_end - 1)});
    flat.remove_prefix(value_end + 1);
  }
  return out;
}

compare::Answer answer_of(const AnswerReader& reader) {
  return {reader.status(), reader.content_type(), reader.body(), split_headers(reader.headers())};
}

compare::Rules rules_of(const config::CompareRules& declared) {
  return {declared.ignore, declared.unordered, declared.tolerance, declared.ignore_headers, declared.redact, declared.noise};
}

}  // namespace

class ShadowRunner::Impl {
 public:
  explicit Impl(ShadowRunner& runner) : runner_(runner) {}

  void start() {
    thread_ = std::thread([this] { context_.run(); });
  }
  void stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }
  void submit(ShadowJob job) {
    auto shared = std::make_shared<ShadowJob>(std::move(job));
    asio::post(context_, [this, shared] { asio::co_spawn(context_, carry_out(shared), asio::detached); });
  }

 private:
  // One question and its answer, within the upstream's time for answering.
  asio::awaitable<std::string> ask(std::shared_ptr<ShadowJob> job, bool legacy, AnswerReader& reader) {
    const auto socket = std::make_shared<tcp::socket>(context_);
    asio::steady_timer timer(context_, job->snapshot->config->upstreams[job->fresh.upstream].timeouts.response);
    timer.async_wait([socket](boost::system::error_code error) {
      boost::system::error_code ignored;
      if (!error) socket->shutdown(tcp::socket::shutdown_both, ignored);
    });
    const auto& request = legacy && !job->legacy_request.empty() ? job->legacy_request : job->request;
    auto why = co_await fetch(*socket, legacy ? job->legacy : job->fresh, *job, request, reader, runner_.tls_);
    timer.cancel();
    co_return why;
  }

  asio::awaitable<void> carry_out(std::shared_ptr<ShadowJob> job) {
    AnswerReader reader(job->method, most_answer_bytes), again(job->method, most_answer_bytes);
    const auto asked = std::chrono::system_clock::now();
    auto why = co_await ask(job, false, reader);
    write_span(*job, asked, reader.status(), why);
    // What is compared is what a caller would get.
    WholeAnswer fresh{reader.content_type(), reader.headers(), reader.body()};
    const auto& rules = job->snapshot->config->cutovers[job->cutover].translate;
    if (why.empty() && rules && !translate_answer(*rules, job->method != "HEAD" && !fresh.body.empty(), fresh))
      why = "translate: the answer cannot be translated";
    if (!why.empty()) {
      runner_.record_failure(*job, std::move(why));
    } else {
      compare::Exchange exchange{{job->method, job->target, job->trace_id},
                                 {job->status, job->content_type, job->body, split_headers(job->headers)},
                                 {reader.status(), fresh.content_type, fresh.body, split_headers(fresh.headers)}};
      exchange.sampled = runner_.sampled(*job);
      const bool twice = exchange.sampled || runner_.worth_asking_again(*job, exchange);
      if (twice && job->legacy.address.valid()) {
        const auto failure = co_await ask(job, true, again);
        if (failure.empty()) exchange.again = answer_of(again);
      }
      runner_.record(*job, exchange);
    }
    runner_.settle(unix_ms());
    runner_.release(*job->places);
  }

  void write_span(const ShadowJob& job, std::chrono::system_clock::time_point asked, int status, const std::string& why) {
    if (!spans_.on() || job.span.traceparent.empty()) return;
    append_shadow_span(spans_.text(), job, {asked, std::chrono::system_clock::now(), status, why});
    spans_.added();
    spans_.flush();  // nothing here ticks
  }

  ShadowRunner& runner_;
  tracing::Exporter::Writer spans_{runner_.spans_};  // the thread's
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::thread thread_;
};

ShadowRunner::ShadowRunner(telemetry::Metrics& metrics, tls::Store& tls, tracing::Exporter* spans)
    : metrics_(metrics), tls_(tls), spans_(spans), impl_(std::make_unique<Impl>(*this)) {}
ShadowRunner::~ShadowRunner() { stop(); }
void ShadowRunner::start() { impl_->start(); }
void ShadowRunner::stop() { impl_->stop(); }
void ShadowRunner::submit(ShadowJob job) { impl_->submit(std::move(job)); }

std::shared_ptr<ShadowPlaces> ShadowRunner::places(const std::string& cutover) {
  std::lock_guard lock(places_mutex_);
  auto& places = places_[cutover];
  if (!places) places = std::make_shared<ShadowPlaces>();
  return places;
}

bool ShadowRunner::reserve(ShadowPlaces& places) {
  const auto all = in_flight_.fetch_add(1, std::memory_order_relaxed);
  const auto own = places.taken.fetch_add(1, std::memory_order_relaxed);
  if (all + own < most_in_flight) return true;
  release(places);
  return false;
}

void ShadowRunner::release(ShadowPlaces& places) {
  places.taken.fetch_sub(1, std::memory_order_relaxed);
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
}

compare::Differ& ShadowRunner::differ(const ShadowJob& job) {
  const auto& cutover = job.snapshot->config->cutovers[job.cutover];
  const auto known = judges_.find(cutover.name);
  // Other rules make other differences: what was counted under the old ones says nothing any more.
  if (known == judges_.end() || known->second.definition != cutover.definition) return new_judge(cutover).differ;
  return known->second.differ;
}

ShadowRunner::Judge& ShadowRunner::new_judge(const config::Cutover& cutover) {
  judges_.erase(cutover.name);
  // No version of one judge is ever that of another.
  Judge fresh{cutover.definition, compare::Differ(rules_of(cutover.compare), ++judges_made_ << 32)};
  return judges_.emplace(cutover.name, std::move(fresh)).first->second;
}

std::map<std::string, ShadowRunner::Learned> ShadowRunner::learned(const std::map<std::string, std::uint64_t>& known,
                                                                   const std::function<void()>& meanwhile) const {
  std::map<std::string, Learned> out;
  std::lock_guard lock(mutex_);
  meanwhile();
  for (const auto& [name, judge] : judges_) {
    Learned& learned = out[name];
    learned = {judge.definition, judge.differ.learned_version(), "", judge.differ.waiting()};
    const auto before = known.find(name);
    if (before == known.end() || before->second != learned.version) learned.bytes = judge.differ.learned();
  }
  return out;
}

bool ShadowRunner::learn_again(const config::Cutover& cutover, std::string_view bytes) {
  std::lock_guard lock(mutex_);
  return new_judge(cutover).differ.learn_again(bytes);
}

void ShadowRunner::settle_all() { settle(unix_ms() + 60'000); }

bool ShadowRunner::sampled(const ShadowJob& job) {
  std::lock_guard lock(mutex_);
  return differ(job).sample({job.method, job.target, job.trace_id}, job.draw);
}

bool ShadowRunner::worth_asking_again(const ShadowJob& job, const compare::Exchange& exchange) {
  std::lock_guard lock(mutex_);
  return differ(job).first_look(exchange);
}

void ShadowRunner::record(const ShadowJob& job, const compare::Exchange& exchange) {
  const auto& name = job.snapshot->config->cutovers[job.cutover].name;
  std::lock_guard lock(mutex_);
  compare::Differ& judge = differ(job);
  const auto outcome = judge.take(exchange, unix_ms());
  count(name, outcome);
  if (!outcome.summary) return;
  const auto& rules = judge.rules();
  samples_.insert_or_assign(name, ShadowSample{job.method, compare::redact_target(job.target, rules), job.trace_id,
                                               *outcome.summary, job.status, exchange.fresh.status,
                                               compare::redact_body(exchange.legacy, rules),
                                               compare::redact_body(exchange.fresh, rules)});
}

void ShadowRunner::settle(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  for (auto& [name, judge] : judges_) count(name, judge.differ.settle(now_ms));
}

void ShadowRunner::count(const std::string& name, const compare::Outcome& outcome) {
  if (outcome.equal > 0)
    metrics_.count_shadow(name, telemetry::ShadowResult::equal, static_cast<std::int64_t>(outcome.equal));
  if (outcome.different > 0)
    metrics_.count_shadow(name, telemetry::ShadowResult::different, static_cast<std::int64_t>(outcome.different));
}

std::string ShadowRunner::report(const std::string& cutover) const {
  std::lock_guard lock(mutex_);
  const auto found = judges_.find(cutover);
  return found == judges_.end() ? "null" : compare::report_json(found->second.differ);
}

void ShadowRunner::forget(const std::string& cutover) {
  std::lock_guard lock(mutex_);
  judges_.erase(cutover);
  samples_.erase(cutover);
}

void ShadowRunner::record_failure(const ShadowJob& job, std::string why) {
  const auto& name = job.snapshot->config->cutovers[job.cutover].name;
  metrics_.count_shadow(name, telemetry::ShadowResult::failed);
  std::lock_guard lock(mutex_);
  failures_.insert_or_assign(name, std::move(why));
}

std::map<std::string, ShadowStats> ShadowRunner::stats() const {
  std::map<std::string, ShadowStats> all;
  for (const auto& [name, sums] : metrics_.shadow_sums()) {
    auto& stats = all[name];
    stats.equal = sums[0], stats.different = sums[1], stats.dropped = sums[2], stats.failed = sums[3];
  }
  std::lock_guard lock(mutex_);
  for (const auto& [name, sample] : samples_) all[name].last_difference = std::make_unique<ShadowSample>(sample);
  for (const auto& [name, why] : failures_) all[name].last_failure = why;
  return all;
}

}  // namespace banyan::proxy
