#include "extracted_services/events/api.hpp"

namespace banyan::events {
using service::Call;
using service::None;
using service::Outcome;

struct OutboxView {
  std::string producer;
  std::int64_t told = 0;  // acknowledged by the log
  std::int64_t waiting = 0;
  bool connected = false;
  bool failing = false;
};
BOOST_DESCRIBE_STRUCT(OutboxView, (), (producer, told, waiting, connected, failing))

struct PositionView {
  std::int64_t partition = 0;
  std::int64_t next = 0;
};
BOOST_DESCRIBE_STRUCT(PositionView, (), (partition, next))

struct FollowingView {
  std::string topic;
  bool connected = false;
  bool failing = false;
  std::int64_t behind = 0;
  std::vector<PositionView> positions;
};
BOOST_DESCRIBE_STRUCT(FollowingView, (), (topic, connected, failing, behind, positions))

struct InboxView {
  std::vector<FollowingView> follows;
  std::int64_t parked_keys = 0;
  std::int64_t parked_events = 0;
};
BOOST_DESCRIBE_STRUCT(InboxView, (), (follows, parked_keys, parked_events))

struct ParkedView {
  std::int64_t id = 0;
  std::string topic;
  std::string producer;
  std::string key;
  std::int64_t sequence = 0;
  std::string reason;
  std::string parked_at;
  std::string event;
};
BOOST_DESCRIBE_STRUCT(ParkedView, (), (id, topic, producer, key, sequence, reason, parked_at, event))

struct ParkedPage {
  std::vector<ParkedView> parked;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(ParkedPage, (), (parked, limit, offset))

struct AuditView {
  std::int64_t id = 0;
  std::string at;
  std::string action;
  std::string who;
  std::string why;
  std::string producer;
  std::string key;
  std::int64_t sequence = 0;
  std::string outcome;
};
BOOST_DESCRIBE_STRUCT(AuditView, (), (id, at, action, who, why, producer, key, sequence, outcome))

struct AuditPage {
  std::vector<AuditView> audit;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(AuditPage, (), (audit, limit, offset))

struct EventPageQuery {
  service::Limit limit;
  service::Offset offset;
};
BOOST_DESCRIBE_STRUCT(EventPageQuery, (), (limit, offset))

struct InterventionWish {
  service::Key who;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(InterventionWish, (), (who, why))

struct InterventionDone {
  std::int64_t applied = 0;
  std::int64_t parked_keys = 0;  // that still wait, of all keys
};
BOOST_DESCRIBE_STRUCT(InterventionDone, (), (applied, parked_keys))

namespace {

FollowingView following_view(store::Connection& db, const Following& following, const Doing& doing) {
  FollowingView view;
  view.topic = following.topic;
  if (const auto status = doing.consumer(following.topic)) {
    view.connected = true;
    view.failing = status->failing;
    view.behind = status->behind;
  }
  for (const auto& position : inbox::positions(db, following.topic))
    view.positions.push_back({position.partition, position.next});
  return view;
}

std::function<Outcome<OutboxView>(const Call<>&, store::Connection&)> on_outbox(const Doing& doing) {
  return [doing](const Call<>&, store::Connection& db) -> Outcome<OutboxView> {
    const auto progress = outbox::progress(db);
    const auto status = doing.relay();
    return OutboxView{outbox::producer(db), progress.total, progress.waiting, status.has_value(),
                      status && status->failing};
  };
}

std::function<Outcome<InboxView>(const Call<>&, store::Connection&)> on_inbox(const Followings& follows,
                                                                              const Doing& doing) {
  return [follows, doing](const Call<>&, store::Connection& db) -> Outcome<InboxView> {
    InboxView view;
    for (const auto& following : follows) view.follows.push_back(following_view(db, following, doing));
    const auto waiting = inbox::waiting(db);
    view.parked_keys = waiting.keys;
    view.parked_events = waiting.events;
    return view;
  };
}

Outcome<ParkedPage> on_parked(const Call<EventPageQuery>& call, store::Connection& db) {
  ParkedPage page{{}, call.query.limit.value, call.query.offset.value};
  for (auto& row : inbox::parked(db, page.limit, page.offset))
    page.parked.push_back({row.id, row.topic, row.producer, row.key, row.sequence, row.reason, row.parked_at, row.event});
  return page;
}

Outcome<AuditPage> on_audit(const Call<EventPageQuery>& call, store::Connection& db) {
  AuditPage page{{}, call.query.limit.value, call.query.offset.value};
  for (auto& row : inbox::audit(db, page.limit, page.offset))
    page.audit.push_back({row.id, row.at, row.action, row.who, row.why, row.producer, row.key, row.sequence, row.outcome});
  return page;
}

using OnIntervention = std::function<Outcome<InterventionDone>(const Call<None, InterventionWish>&, store::Connection&)>;
using Intervene = Outcome<inbox::Counts> (*)(store::Connection&, std::int64_t, const inbox::Handler&,
                                             const inbox::Intervention&);

OnIntervention on_intervention(const Followings& follows, Intervene intervene) {
  return [follows, intervene](const Call<None, InterventionWish>& call,
                              store::Connection& db) -> Outcome<InterventionDone> {
    const auto& wish = call.body;
    if (wish.why.empty() || wish.why.size() > 500)
      return service::bad_request("why must be 1 to 500 characters", "/why");
    const auto row = inbox::find_parked(db, call.id());
    if (!row) return service::not_found("parked event " + std::to_string(call.id()) + " not found");
    for (const auto& following : follows) {
      if (following.topic != row->topic) continue;
      const auto counts = intervene(db, row->id, following.apply, {wish.who.value, wish.why});
      if (!counts) return counts.error();
      return InterventionDone{static_cast<std::int64_t>(counts->applied), inbox::waiting(db).keys};
    }
    return service::conflict("not_followed", "topic " + row->topic + " is not followed any more");
  };
}

}  // namespace

void add_endpoints(service::Api& api, const Followings& follows, const Doing& doing) {
  using service::endpoint;
  api.add(endpoint({"GET", "/v1/events/outbox", "showOutbox", "What was told, what still waits"}, on_outbox(doing)));
  api.add(endpoint({"GET", "/v1/events/inbox", "showInbox", "What is followed, and how far"}, on_inbox(follows, doing)));
  api.add(endpoint({"GET", "/v1/events/parked", "listParkedEvents", "Events that wait, and why"}, on_parked));
  api.add(endpoint({"POST", "/v1/events/parked/{id}/replay", "replayParkedEvent",
                    "Apply a parked event now, and what waits behind it", 200, {404, 409}},
                   on_intervention(follows, inbox::replay)));
  api.add(endpoint({"POST", "/v1/events/parked/{id}/skip", "skipParkedEvent", "Give a parked event up for good", 200,
                    {404, 409}},
                   on_intervention(follows, inbox::skip)));
  api.add(endpoint({"GET", "/v1/events/audit", "listInterventions", "Who replayed or skipped what"}, on_audit));
}

}  // namespace banyan::events
