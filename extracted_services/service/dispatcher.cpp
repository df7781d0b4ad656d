#include "extracted_services/service/dispatcher.hpp"

#include "extracted_services/service/etag.hpp"
#include "extracted_services/service/log.hpp"
#include "extracted_services/service/spans.hpp"

#include <SQLiteCpp/Exception.h>

#include <sqlite3.h>
#include <utility>

namespace banyan::service {
namespace {

// Malformed requests are not worth a stored answer: the caller corrects them and may keep the key.
// Neither is "not decided yet".
bool worth_keeping(int status) { return status < 500 && status != 202 && status != 400 && status != 401; }

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

Fault overloaded(std::string message) { return {503, "overloaded", std::move(message), {}, "retry shortly"}; }

Fault as_fault(const std::exception_ptr& error) try {
  std::rethrow_exception(error);
} catch (const SQLite::Exception& failure) {
  if ((failure.getErrorCode() & 0xff) == SQLITE_CONSTRAINT)
    return conflict("conflict", "the data does not allow it");
  return {500, "internal", "internal error"};
} catch (const store::GroupLost&) {
  return overloaded("the write was not kept");
} catch (...) {
  return {500, "internal", "internal error"};
}

std::string what(const std::exception_ptr& error) try {
  std::rethrow_exception(error);
} catch (const std::exception& failure) {
  return failure.what();
} catch (...) {
  return "unknown";
}

}  // namespace

struct Dispatcher::Task {
  Request request;
  Reply reply;
  const Endpoint* endpoint = nullptr;
  Action action;
  std::optional<std::string> key;
  std::string fingerprint;
  std::string aggregate;  // what the write acted on
  bool replayed = false;
  bool nothing_yet = false;
  std::uint64_t commits_before = 0;
  std::chrono::milliseconds patience{0};
  Response response;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

Dispatcher::Dispatcher(const Api& api, store::Store& store, DispatchOptions options)
    : api_(api), store_(store), options_(std::move(options)), openapi_(json::serialize(api.openapi())) {
  store_.watch_commits([this] { look_again(); });
}

Dispatcher::~Dispatcher() = default;

void Dispatcher::handle(Request request, Reply reply) {
  metrics_.begin();
  auto task = std::make_shared<Task>();
  task->request = std::move(request);
  task->reply = std::move(reply);
  dispatch(task);
}

Response Dispatcher::refuse(const Request& request, const Fault& fault) {
  metrics_.refused(fault.status);
  return render(request, fault);
}

std::optional<Response> Dispatcher::own_answer(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  const auto path = request.path();
  if (path == "/livez") return Response{200, "text/plain", "ok\n", {}};
  if (path == "/readyz" && draining_)
    return Response{503, "text/plain", "draining\n", {{"Retry-After", "1"}}};
  if (path == "/readyz") return Response{200, "text/plain", "ready\n", {}};
  if (path == "/metrics")
    return Response{200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(), {}};
  if (path == "/openapi.json") return Response{200, "application/json", openapi_, {}};
  return std::nullopt;
}

void Dispatcher::dispatch(const std::shared_ptr<Task>& task) {
  if (auto own = own_answer(task->request)) {
    task->response = std::move(*own);
    return finish(*task, std::exception_ptr());
  }
  auto& request = task->request;
  auto match = api_.match(request.method, request.path());
  if (match.allowed.empty()) return finish(*task, not_found("no such path"));
  if (!match.endpoint && request.method == "OPTIONS") {
    task->response = {204, "", "", {{"Allow", joined(match.allowed)}}};
    return finish(*task, std::exception_ptr());
  }
  if (!match.endpoint) {
    task->response.headers.emplace_back("Allow", joined(match.allowed));
    return finish(*task, Fault{405, "method_not_allowed", request.method + " is not allowed here"});
  }
  task->endpoint = match.endpoint;
  request.path_values = std::move(match.path_values);
  auto action = match.endpoint->prepare(request);
  if (!action) return finish(*task, action.error());
  task->action = std::move(*action);
  if (match.endpoint->patience) task->patience = match.endpoint->patience(request);
  match.endpoint->writes() ? queue_write(task) : queue_read(task);
}

void Dispatcher::drain() {
  draining_ = true;
  for (const auto& task : waiting_.close()) finish(*task, std::exception_ptr());
}

void Dispatcher::tick(std::chrono::steady_clock::time_point now) {
  for (const auto& task : waiting_.expired(now)) finish(*task, std::exception_ptr());
}

void Dispatcher::look_again() {
  for (const auto& task : waiting_.on_commit()) queue_read(task);
}

// A patient read that found nothing stays, unless something was committed while it was looking.
void Dispatcher::settle_read(const std::shared_ptr<Task>& task, const std::exception_ptr& error) {
  const auto until = task->started + task->patience;
  const bool stays = !error && task->nothing_yet && std::chrono::steady_clock::now() < until;
  if (!stays || waiting_.closed()) return finish(*task, error);
  if (!waiting_.park(task, task->commits_before, until)) queue_read(task);
}

void Dispatcher::queue_read(const std::shared_ptr<Task>& task) {
  task->commits_before = waiting_.commits();
  const bool queued = store_.read([this, task](store::Connection& db) { act(*task, db); },
                                  [this, task](std::exception_ptr error) { settle_read(task, error); });
  if (!queued) finish(*task, overloaded("too many reads are waiting"));
}

void Dispatcher::queue_write(const std::shared_ptr<Task>& task) {
  if (const auto fault = admit(*task)) return finish(*task, *fault);
  const auto done = [this, task](std::exception_ptr error) {
    if (task->key) in_flight_.leave(*task->key);
    finish(*task, error);
  };
  if (store_.write([this, task](store::Connection& db) { write(*task, db); }, done)) return;
  if (task->key) in_flight_.leave(*task->key);
  finish(*task, overloaded("too many writes are waiting"));
}

std::optional<Fault> Dispatcher::admit(Task& task) {
  const auto key = idempotency::read_key(task.request);
  if (!key) return key.error();
  if (!*key && !options_.require_key) return std::nullopt;
  if (!*key)
    return Fault{400,
                 "idempotency_key_required",
                 "Idempotency-Key is required",
                 {},
                 "send a fresh key with every new write and the same one with its retries"};
  task.fingerprint = idempotency::fingerprint(task.request);
  if (auto busy = in_flight_.enter(**key, task.fingerprint)) {
    task.response.headers.emplace_back("Retry-After", "1");
    return busy;
  }
  task.key = **key;
  return std::nullopt;
}

void Dispatcher::write(Task& task, store::Connection& db) {
  if (!task.key) return act(task, db);
  auto stored = idempotency::find(db, *task.key, task.fingerprint);
  if (!stored) {
    task.response = render(task.request, stored.error());
    return;
  }
  if (*stored) {
    task.replayed = true;
    task.response = std::move(**stored);
    return;
  }
  act(task, db);
  if (!worth_keeping(task.response.status)) return;
  const auto now = options_.now();
  idempotency::remember(db, *task.key, task.fingerprint, task.aggregate, task.response, now);
  idempotency::forget_old(db, now - options_.keep_keys.count());
}

void Dispatcher::act(Task& task, store::Connection& db) const {
  store::Savepoint effect(db, "effect");
  auto answer = task.action(db);
  if (answer || answer.error().keeps_effect) effect.keep();
  if (!answer) {
    task.response = render(task.request, answer.error());
    return;
  }
  task.aggregate = std::move(answer->aggregate);
  task.nothing_yet = answer->nothing_yet;
  const int status = answer->status != 0 ? answer->status : task.endpoint->spec.success;
  task.response = {status, "application/json", std::move(answer->body), {}};
  tag(task);
}

// Where faults are said in the services' own way; what was taken over from a monolith keeps its headers too.
void Dispatcher::tag(Task& task) const {
  const auto& endpoint = *task.endpoint;
  const bool tagged = !endpoint.writes() && !endpoint.patience && task.response.status == 200;
  if (!tagged || &api_.dialect(task.request.path()) != &problem_json()) return;
  auto etag = etag_of(task.response.body);
  const auto known = task.request.header("If-None-Match");
  if (known && names_etag(*known, etag)) task.response = {304, "", "", {}};
  task.response.headers.emplace_back("ETag", std::move(etag));
}

void Dispatcher::finish(Task& task, const Fault& fault) {
  auto headers = std::move(task.response.headers);
  task.response = render(task.request, fault);
  for (auto& header : headers) task.response.headers.push_back(std::move(header));
  finish(task, std::exception_ptr());
}

void Dispatcher::finish(Task& task, const std::exception_ptr& error) {
  if (error) {
    const auto fault = as_fault(error);
    log::error("a database action failed", {{"target", task.request.target}, {"error", what(error)}});
    task.response = render(task.request, fault);
    if (fault.status == 503) task.response.headers.emplace_back("Retry-After", "1");
  }
  const auto took = std::chrono::steady_clock::now() - task.started;
  const std::string_view operation = task.endpoint ? std::string_view(task.endpoint->spec.operation) : "none";
  metrics_.end(operation, task.response.status, took, task.replayed);
  log::info("request", {{"method", task.request.method},
                        {"target", task.request.target},
                        {"operation", operation},
                        {"status", task.response.status},
                        {"micros", std::chrono::duration_cast<std::chrono::microseconds>(took).count()},
                        {"replayed", task.replayed},
                        {"trace_id", task.request.trace_id}});
  record_span(task);
  task.reply(std::move(task.response));
}

void Dispatcher::record_span(const Task& task) {
  const auto& request = task.request;
  const std::string route = task.endpoint ? " " + task.endpoint->spec.path : "";
  auto span = spans::Span::named(telemetry::SpanKind::server, request.traceparent, request.header("traceparent").value_or(""),
                                 std::string(telemetry::known_method(request.method)) + route, task.started);
  if (!span.recorded()) return;
  span.text("http.request.method", telemetry::known_method(request.method));
  span.text("url.path", request.path());
  if (task.endpoint) span.text("http.route", task.endpoint->spec.path);
  span.number("http.response.status_code", task.response.status);
  if (task.replayed) span.text("banyan.replayed", "true");
  if (task.response.status >= 500) span.error(std::to_string(task.response.status));
  span.end();
}

Response Dispatcher::render(const Request& request, const Fault& fault) const {
  const auto& dialect = api_.dialect(request.path());
  return {fault.status, dialect.content_type, dialect.render(fault, request.trace_id), {}};
}

std::string Dispatcher::metrics_text() const {
  return metrics_.text(store_.write_stats(), store_.queued_writes(), draining_) +
         (options_.more_metrics ? options_.more_metrics() : std::string());
}

}  // namespace banyan::service
