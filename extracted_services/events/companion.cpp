#include "extracted_services/events/companion.hpp"

#include "extracted_services/event_log/open_log.hpp"
#include "extracted_services/events/api.hpp"
#include "extracted_services/service/log.hpp"

#include <CLI/CLI.hpp>

#include <mutex>

namespace banyan::events {
namespace {

// "urn:banyan:orders:9f86d081884c7d65" -> "orders-9f86d081884c7d65"
std::string member_name(std::string producer) {
  constexpr std::string_view scheme = "urn:banyan:";
  if (producer.starts_with(scheme)) producer.erase(0, scheme.size());
  for (auto& letter : producer)
    if (letter == ':') letter = '-';
  return producer;
}

std::function<void(const std::string&)> warn_about(const std::string& what) {
  return [what](const std::string& why) { service::log::warn(what, {{"error", why}}); };
}

// Everything that runs while there is a log. A Log serves one thread, so everybody has one of his own.
struct Traffic {
  struct Stream {
    std::string topic;
    std::unique_ptr<event_log::Log> log;
    std::unique_ptr<inbox::Consumer> consumer;
  };
  std::unique_ptr<event_log::Log> log;
  std::unique_ptr<outbox::Relay> relay;
  std::vector<Stream> streams;

  void stop() {
    if (relay) relay->stop();
    for (auto& stream : streams) stream.consumer->stop();
  }
};

// The last figures from the database: read beside the scrape that asks, so a scrape shows the one before.
struct Figures {
  std::mutex mutex;
  outbox::Progress outbox;
  inbox::Waiting parked;
};

std::string metric(const std::string& name, const char* type, const char* help, const std::string& samples) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n" + samples;
}

std::string sample(const std::string& name, const std::string& labels, std::uint64_t value) {
  return name + labels + " " + std::to_string(value) + "\n";
}

class EventsCompanion final : public service::Companion {
 public:
  EventsCompanion(std::string service, Followings follows)
      : service_(std::move(service)), follows_(std::move(follows)) {}

  std::vector<std::pair<std::string, std::vector<store::Migration>>> migrations() const override {
    return {{"outbox", outbox::migrations(service_)}, {"inbox", inbox::migrations()}};
  }
  void add_options(CLI::App& run) override {
    run.add_option("--log", address_,
                   "The event log, http://HOST:PORT or kafka://HOST:PORT[,HOST:PORT]; without it events wait in the "
                   "outbox");
  }
  void add_endpoints(service::Api& api) const override {
    const Doing doing{[traffic = traffic_]() -> std::optional<outbox::Relay::Status> {
                        if (!traffic->relay) return std::nullopt;
                        return traffic->relay->status();
                      },
                      [traffic = traffic_](const std::string& topic) -> std::optional<inbox::Consumer::Status> {
                        for (const auto& stream : traffic->streams)
                          if (stream.topic == topic) return stream.consumer->status();
                        return std::nullopt;
                      }};
    events::add_endpoints(api, follows_, doing);
  }
  void start(store::Store& store) override;
  void stop() override { traffic_->stop(); }
  std::string metrics() const override;

 private:
  void refresh() const;
  std::string inbox_metrics() const;

  const std::string service_;
  const Followings follows_;
  std::string address_;
  store::Store* store_ = nullptr;
  // Filled by start() before the first request is answered, then only its members' own states change.
  std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
  std::shared_ptr<Figures> figures_ = std::make_shared<Figures>();
};

void EventsCompanion::start(store::Store& store) {
  store_ = &store;
  refresh();
  if (address_.empty()) return;
  const auto access = store::access_to(store);
  std::string member;
  access.read([&](store::Connection& db) { member = member_name(outbox::producer(db)); });
  for (const auto& following : follows_) {
    auto log = event_log::open_log(address_);
    auto consumer = std::make_unique<inbox::Consumer>(
        access, *log, inbox::Consumer::Options{.topic = following.topic, .group = member, .member = member},
        following.apply, warn_about("events of " + following.topic + " do not come in"));
    traffic_->streams.push_back({following.topic, std::move(log), std::move(consumer)});
  }
  traffic_->log = event_log::open_log(address_);
  traffic_->relay = std::make_unique<outbox::Relay>(access, *traffic_->log, outbox::Relay::Options{.topic = service_},
                                                    warn_about("events do not get out"));
  store.watch_commits([traffic = traffic_] { traffic->relay->wake(); });
  traffic_->relay->start();
  for (auto& stream : traffic_->streams) stream.consumer->start();
}

void EventsCompanion::refresh() const {
  const auto read = [figures = figures_](store::Connection& db) {
    const auto outbox = outbox::progress(db);
    const auto parked = inbox::waiting(db);
    const std::lock_guard lock(figures->mutex);
    figures->outbox = outbox;
    figures->parked = parked;
  };
  // Refused when there is too much to do: then the old figures are shown once more.
  static_cast<void>(store_->read(read, [](const std::exception_ptr&) {}));
}

std::string EventsCompanion::metrics() const {
  if (!store_) return {};
  std::string text;
  {
    const std::lock_guard lock(figures_->mutex);
    const auto gauge = [&text](const std::string& name, const char* help, std::int64_t value) {
      text += metric(name, "gauge", help, sample(name, "", static_cast<std::uint64_t>(value)));
    };
    gauge("banyan_outbox_waiting", "Events that the log has not acknowledged, at the last scrape but one.",
          figures_->outbox.waiting);
    gauge("banyan_inbox_parked_keys", "Keys that wait behind a parked event, at the last scrape but one.",
          figures_->parked.keys);
    gauge("banyan_inbox_parked_events", "Events that are parked, at the last scrape but one.", figures_->parked.events);
  }
  refresh();
  if (!traffic_->relay) return text;
  const auto status = traffic_->relay->status();
  text += metric("banyan_outbox_sent_total", "counter", "Events the log has acknowledged, repeated ones again.",
                 sample("banyan_outbox_sent_total", "", status.sent));
  text += metric("banyan_outbox_failures_total", "counter", "Attempts to reach the log that failed.",
                 sample("banyan_outbox_failures_total", "", status.failures));
  return text + inbox_metrics();
}

std::string EventsCompanion::inbox_metrics() const {
  std::string applied, dropped, parked, failures, behind;
  for (const auto& stream : traffic_->streams) {
    const auto status = stream.consumer->status();
    const std::string topic = "{topic=\"" + stream.topic + "\"}";
    applied += sample("banyan_inbox_applied_total", topic, status.applied);
    dropped += sample("banyan_inbox_dropped_total", topic, status.dropped);
    parked += sample("banyan_inbox_parked_total", topic, status.parked);
    failures += sample("banyan_inbox_failures_total", topic, status.failures);
    behind += sample("banyan_inbox_behind_events", topic, static_cast<std::uint64_t>(status.behind));
  }
  if (applied.empty()) return {};
  return metric("banyan_inbox_applied_total", "counter", "Events applied.", applied) +
         metric("banyan_inbox_dropped_total", "counter", "Repetitions dropped.", dropped) +
         metric("banyan_inbox_parked_total", "counter", "Events parked, by a gap or a failure.", parked) +
         metric("banyan_inbox_failures_total", "counter", "Rounds that failed: log or database away.", failures) +
         metric("banyan_inbox_behind_events", "gauge", "Records in the log that were not read yet.", behind);
}

}  // namespace

std::unique_ptr<service::Companion> make_companion(std::string service, Followings follows) {
  return std::make_unique<EventsCompanion>(std::move(service), std::move(follows));
}

}  // namespace banyan::events
