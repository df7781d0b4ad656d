#include "router/proxy/shadow.hpp"

#include "router/proxy/answer_reader.hpp"

#include <boost/asio.hpp>

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

// The whole answer, or words about why there is none.
asio::awaitable<std::string> fetch(tcp::socket& socket, const ShadowJob& job, AnswerReader& reader) {
  auto [connect_error] = co_await socket.async_connect(to_asio(job.address), tuple);
  if (connect_error) co_return "connect: " + connect_error.message();
  auto [write_error, written] = co_await asio::async_write(socket, asio::buffer(job.request), tuple);
  if (write_error) co_return "send: " + write_error.message();
  std::array<char, 16 * 1024> bytes;
  while (!reader.done()) {
    auto [error, n] = co_await socket.async_read_some(asio::buffer(bytes), tuple);
    if (error == asio::error::eof) reader.finish();
    else if (error) co_return "receive: " + error.message();
    else reader.feed({bytes.data(), n});
  }
  co_return std::string(reader.failure());
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
  asio::awaitable<void> carry_out(std::shared_ptr<ShadowJob> job) {
    const auto socket = std::make_shared<tcp::socket>(context_);
    asio::steady_timer timer(context_, job->snapshot->config->upstreams[job->upstream].timeouts.response);
    timer.async_wait([socket](boost::system::error_code error) {
      boost::system::error_code ignored;
      if (!error) socket->shutdown(tcp::socket::shutdown_both, ignored);
    });
    AnswerReader reader(job->method, most_answer_bytes);
    auto why = co_await fetch(*socket, *job, reader);
    timer.cancel();
    if (why.empty()) compare_answers(*job, reader);
    else runner_.record_failure(*job, std::move(why));
    runner_.release();
  }

  void compare_answers(const ShadowJob& job, const AnswerReader& reader) {
    const auto& declared = job.snapshot->config->cutovers[job.cutover].compare;
    const compare::Rules rules{declared.ignore, declared.unordered, declared.tolerance};
    const compare::Answer legacy{job.status, job.content_type, job.body};
    const compare::Answer fresh{reader.status(), reader.content_type(), reader.body()};
    runner_.record(job, compare::compare(legacy, fresh, rules), fresh);
  }

  ShadowRunner& runner_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::thread thread_;
};

ShadowRunner::ShadowRunner(telemetry::Metrics& metrics) : metrics_(metrics), impl_(std::make_unique<Impl>(*this)) {}
ShadowRunner::~ShadowRunner() { stop(); }
void ShadowRunner::start() { impl_->start(); }
void ShadowRunner::stop() { impl_->stop(); }
void ShadowRunner::submit(ShadowJob job) { impl_->submit(std::move(job)); }

bool ShadowRunner::reserve() {
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) < most_in_flight) return true;
  release();
  return false;
}

void ShadowRunner::record(const ShadowJob& job, const compare::Result& result, const compare::Answer& fresh) {
  constexpr std::size_t kept = 4096;
  const auto& name = job.snapshot->config->cutovers[job.cutover].name;
  metrics_.count_shadow(name, result.equal ? telemetry::ShadowResult::equal : telemetry::ShadowResult::different);
  if (result.equal) return;
  ShadowSample sample{job.method,        job.target,   job.trace_id,
                      compare::summarize(result), job.status, fresh.status,
                      job.body.substr(0, kept),   std::string(fresh.body.substr(0, kept))};
  std::lock_guard lock(mutex_);
  samples_.insert_or_assign(name, std::move(sample));
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
