#include "extracted_services/courier/courier.hpp"

#include "extracted_services/service/log.hpp"
#include "extracted_services/service/spans.hpp"

#include <boost/asio.hpp>

#include <condition_variable>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace banyan::courier {
namespace asio = boost::asio;
namespace {

constexpr std::size_t batch = 256;
constexpr std::chrono::milliseconds after_trouble{200};
constexpr std::chrono::milliseconds longest_sleep{60'000};

Millis wall_clock() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

struct Answered {
  Parcel parcel;
  client::Result result;
};

std::string* traceparent_of(client::Call& call) {
  for (auto& [name, value] : call.headers)
    if (name == "traceparent") return &value;
  return nullptr;
}

// The call as a span of its own, which what it causes is below.
service::spans::Span begin_span(client::Call& call, const std::string& upstream) {
  std::string* const parent = traceparent_of(call);
  service::spans::Span span(telemetry::SpanKind::client, parent ? *parent : std::string(), call.method);
  if (!span.recorded()) return span;
  *parent = span.traceparent();
  span.text("http.request.method", call.method);
  span.text("url.path", call.target.substr(0, call.target.find('?')));
  span.text("banyan.upstream", upstream);
  return span;
}

void end_span(service::spans::Span& span, const client::Result& result) {
  if (!span.recorded()) return;
  if (!result) span.error(client::to_word(result.error().failure));
  else span.number("http.response.status_code", result->status);
  if (result && result->status >= 400) span.error(std::to_string(result->status));
  span.end();
}

// What one round brought back from the database thread.
struct Round {
  std::vector<Answered> answers;
  std::vector<Parcel> due;
  std::optional<Millis> next;
};

}  // namespace

struct Courier::Impl {
  Impl(store::Store& of, Work& for_whom, const std::map<std::string, client::Upstream>& upstreams);
  void start();
  void stop();
  void wake();
  void begin_round();
  void end_round(Round& round, const std::exception_ptr& error);
  bool send(const Parcel& parcel);
  void sleep_until(std::optional<Millis> next);
  asio::awaitable<void> carry(client::Client& client, Parcel parcel);

  store::Store& store;
  Work& work;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> busy{context.get_executor()};
  asio::steady_timer timer{context};
  std::map<std::string, std::unique_ptr<client::Client>> clients;
  std::set<std::string> under_way;
  std::vector<Answered> answers;
  std::mt19937_64 random{std::random_device{}()};
  bool in_round = false;
  bool again = false;
  std::mutex mutex;  // of the next two
  std::condition_variable left_database_thread;
  bool on_database_thread = false;
  std::thread thread;
};

Courier::Impl::Impl(store::Store& of, Work& for_whom, const std::map<std::string, client::Upstream>& upstreams)
    : store(of), work(for_whom) {
  for (const auto& [name, upstream] : upstreams)
    clients.emplace(name, std::make_unique<client::Client>(context.get_executor(), upstream));
}

void Courier::Impl::start() {
  thread = std::thread([this] { context.run(); });
  wake();
}

// The thread first, then the round that may still be on the database thread: afterwards nobody knows of us.
void Courier::Impl::stop() {
  context.stop();
  if (thread.joinable()) thread.join();
  std::unique_lock lock(mutex);
  left_database_thread.wait(lock, [this] { return !on_database_thread; });
}

void Courier::Impl::wake() {
  asio::post(context, [this] { begin_round(); });
}

void Courier::Impl::begin_round() {
  again = in_round;
  if (in_round) return;
  in_round = true;
  timer.cancel();
  auto round = std::make_shared<Round>();
  round->answers = std::move(answers);
  answers.clear();
  const std::size_t limit = under_way.size() + batch;
  const auto act = [this, round, limit, seed = random()](store::Connection& db) {
    const Millis now = wall_clock();
    std::mt19937_64 dice(seed);
    for (const auto& [parcel, result] : round->answers) work.answered(db, parcel, result, now, dice());
    round->due = work.due(db, now, limit);
    round->next = work.next(db);
  };
  const auto done = [this, round](std::exception_ptr error) {
    const std::lock_guard lock(mutex);
    asio::post(context, [this, round, error] { end_round(*round, error); });
    on_database_thread = false;
    left_database_thread.notify_all();
  };
  {
    const std::lock_guard lock(mutex);
    on_database_thread = true;
  }
  if (!store.write(act, done)) done(std::make_exception_ptr(store::GroupLost("too many writes are waiting")));
}

// After the commit: only now may anything be sent. Answers that were not kept are forgotten: their calls are
// still on file, are sent again, and whoever acts on them knows them by their keys.
void Courier::Impl::end_round(Round& round, const std::exception_ptr& error) {
  in_round = false;
  for (const auto& answer : round.answers) under_way.erase(answer.parcel.id);
  if (error) {
    service::log::warn("what is to be sent could not be read, trying again");
    return sleep_until(wall_clock() + after_trouble.count());
  }
  bool sent_all = true;
  for (const auto& parcel : round.due) sent_all = send(parcel) && sent_all;
  if (again || !answers.empty()) return begin_round();
  // Without room the next answer begins the next round.
  if (sent_all) sleep_until(round.next);
}

bool Courier::Impl::send(const Parcel& parcel) {
  if (under_way.contains(parcel.id)) return true;
  const auto found = clients.find(parcel.upstream);
  if (found == clients.end()) {
    under_way.insert(parcel.id);
    answers.push_back(
        {parcel, client::Error{client::Failure::refused, false, "no upstream " + parcel.upstream + " is configured"}});
    return true;
  }
  if (!found->second->has_room()) return false;
  under_way.insert(parcel.id);
  asio::co_spawn(context, carry(*found->second, parcel), asio::detached);
  return true;
}

asio::awaitable<void> Courier::Impl::carry(client::Client& client, Parcel parcel) {
  client::Call call = parcel.call;
  call.digest = true;
  auto span = begin_span(call, parcel.upstream);
  client::Result result = co_await client.send(std::move(call));
  end_span(span, result);
  answers.push_back({std::move(parcel), std::move(result)});
  begin_round();
}

void Courier::Impl::sleep_until(std::optional<Millis> next) {
  if (!next) return;
  const auto wait = std::chrono::milliseconds(std::max<Millis>(*next - wall_clock(), 0));
  timer.expires_after(std::min(wait, longest_sleep));
  timer.async_wait([this](boost::system::error_code error) {
    if (!error) begin_round();
  });
}

Courier::Courier(store::Store& store, Work& work, const std::map<std::string, client::Upstream>& upstreams)
    : impl_(std::make_unique<Impl>(store, work, upstreams)) {
  impl_->start();
}

Courier::~Courier() { impl_->stop(); }

void Courier::wake() { impl_->wake(); }

void Mailbox::open(store::Store& store, Work& work, const std::map<std::string, client::Upstream>& upstreams) {
  auto courier = std::make_unique<Courier>(store, work, upstreams);
  const std::lock_guard lock(mutex_);
  courier_ = std::move(courier);
}

// The courier waits for the database thread, on which a handler may be about to leave word: not under the lock.
void Mailbox::close() {
  std::unique_ptr<Courier> leaving;
  {
    const std::lock_guard lock(mutex_);
    leaving.swap(courier_);
  }
}

bool Mailbox::wake() {
  const std::lock_guard lock(mutex_);
  if (courier_) courier_->wake();
  return courier_ != nullptr;
}

}  // namespace banyan::courier
