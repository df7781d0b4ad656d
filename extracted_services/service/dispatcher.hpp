// From a whole request to its response, without sockets: match, check, idempotency, the right database
// thread, and faults in the path's dialect. Also answers /livez, /readyz, /metrics and /openapi.json.
//
// handle() may be called from any thread. `reply` is called exactly once, at once or later from a database
// thread: it must only hand over.
#pragma once
#include "extracted_services/service/api.hpp"
#include "extracted_services/service/idempotency.hpp"
#include "extracted_services/service/metrics.hpp"
#include "extracted_services/service/waiting_room.hpp"
#include "extracted_services/store/store.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace banyan::service {

struct DispatchOptions {
  bool require_key = false;                       // refuse writes without Idempotency-Key
  std::chrono::seconds keep_keys{7 * 24 * 3600};  // how long a retry finds its answer
  std::function<std::int64_t()> now;              // seconds since 1970
  std::function<std::string()> more_metrics{};    // Prometheus text
};

class Dispatcher {
 public:
  using Reply = std::function<void(Response)>;

  Dispatcher(const Api& api, store::Store& store, DispatchOptions options);
  ~Dispatcher();

  void handle(Request request, Reply reply);
  // A fault that was found before there was a whole request.
  Response refuse(const Request& request, const Fault& fault);
  // From now on /readyz answers 503: balancers and the router stop sending.
  // Reads that wait for something to come are answered at once.
  void drain();
  // To be called every now and then: answers the reads whose patience has ended.
  void tick(std::chrono::steady_clock::time_point now);
  const Metrics& metrics() const { return metrics_; }

 private:
  struct Task;  // one request on its way to a database thread and back

  std::optional<Response> own_answer(const Request& request) const;
  void dispatch(const std::shared_ptr<Task>& task);
  void queue_read(const std::shared_ptr<Task>& task);
  void settle_read(const std::shared_ptr<Task>& task, const std::exception_ptr& error);
  void look_again();
  void queue_write(const std::shared_ptr<Task>& task);
  std::optional<Fault> admit(Task& task);
  void write(Task& task, store::Connection& db);
  void act(Task& task, store::Connection& db) const;
  void tag(Task& task) const;
  void finish(Task& task, const std::exception_ptr& error);
  static void record_span(const Task& task);
  void finish(Task& task, const Fault& fault);
  Response render(const Request& request, const Fault& fault) const;
  std::string metrics_text() const;

  const Api& api_;
  store::Store& store_;
  const DispatchOptions options_;
  const std::string openapi_;
  idempotency::InFlight in_flight_;
  Metrics metrics_;
  WaitingRoom<Task> waiting_;
  std::atomic<bool> draining_{false};
};

}  // namespace banyan::service
