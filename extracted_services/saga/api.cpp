#include "extracted_services/saga/api.hpp"

#include "extracted_services/saga/views.hpp"

#include <chrono>

namespace banyan::saga {

using service::Call;
using service::None;
using service::Outcome;

struct SagaQuery {
  std::optional<std::string> status;
  service::Flag parked;
  std::optional<std::string> subject;
  service::Limit limit;
  service::Offset offset;
};
BOOST_DESCRIBE_STRUCT(SagaQuery, (), (status, parked, subject, limit, offset))

struct SagaPage {
  std::vector<SagaView> sagas;
  std::int64_t limit;
  std::int64_t offset;
};
BOOST_DESCRIBE_STRUCT(SagaPage, (), (sagas, limit, offset))

struct ActWish {
  service::Key who;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ActWish, (), (who, reason))

namespace {

Outcome<SagaPage> on_list(const Call<SagaQuery>& call, store::Connection& db) {
  const auto& query = call.query;
  if (query.status && !parse_status(*query.status))
    return service::bad_parameter("status", "must be one of running, compensating, completed, compensated");
  const Filter filter{query.status, query.parked.value, query.subject, query.limit.value, query.offset.value};
  SagaPage page{{}, filter.limit, filter.offset};
  for (const auto& row : list(db, filter)) page.sagas.push_back(view(db, *find(db, row.id)));
  return page;
}

Outcome<SagaView> on_show(const Call<>& call, store::Connection& db) {
  const auto instance = find(db, call.id());
  if (!instance) return service::not_found("saga " + std::to_string(call.id()) + " not found");
  return view(db, *instance);
}

using OnAct = std::function<Outcome<SagaView>(const Call<None, ActWish>&, store::Connection&)>;

OnAct on_act(const std::shared_ptr<std::unique_ptr<Engine>>& engine, const std::function<bool()>& wake,
             Engine::Act act) {
  return [engine, wake, act](const Call<None, ActWish>& call, store::Connection& db) -> Outcome<SagaView> {
    const auto& wish = call.body;
    if (wish.reason.empty() || wish.reason.size() > 500)
      return service::bad_request("reason must be 1 to 500 characters", "/reason");
    if (!*engine) return service::Fault{503, "no_engine", "this service runs no sagas just now"};
    const auto acted = (*engine)->act(db, call.id(), act, wish.who.value, wish.reason, wall_clock());
    wake();
    if (!acted) return acted.error();
    return view(db, *acted);
  };
}

}  // namespace

Millis wall_clock() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

void add_endpoints(service::Api& api, const std::shared_ptr<std::unique_ptr<Engine>>& engine,
                   const std::function<bool()>& wake) {
  using service::endpoint;
  api.add(endpoint({"GET", "/v1/sagas", "listSagas", "Sagas, newest first"}, on_list));
  api.add(endpoint({"GET", "/v1/sagas/{id}", "getSaga", "One saga: steps, holdings, acts", 200, {404}}, on_show));
  api.add(endpoint({"POST", "/v1/sagas/{id}/retry", "retrySaga", "Try again now what is waiting", 200, {404, 409}},
                   on_act(engine, wake, Engine::Act::retry)));
  api.add(endpoint(
      {"POST", "/v1/sagas/{id}/compensate", "compensateSaga", "Turn back, if there is a way back", 200, {404, 409}},
      on_act(engine, wake, Engine::Act::compensate)));
}

}  // namespace banyan::saga
