#include "tests/extracted_services/events/world.hpp"

#include "extracted_services/event_log/records.hpp"
#include "extracted_services/inbox/consumer.hpp"
#include "extracted_services/outbox/relay.hpp"
#include "extracted_services/safety/rules.hpp"

#include <algorithm>

namespace banyan::events_test {
namespace {

constexpr const char* topic = "shop";

void transact(store::Connection& db, const store::Work& work) {
  db.run("BEGIN IMMEDIATE");
  try {
    work(db);
    db.run("COMMIT");
  } catch (...) {
    try {
      if (db.in_transaction()) db.run("ROLLBACK");
    } catch (const std::exception&) {
      // The process is about to die.
    }
    throw;
  }
}

class DirectSubscription final : public event_log::Subscription {
 public:
  DirectSubscription(store::Connection& db, std::string name) : db_(db), topic_(std::move(name)) {}

  event_log::Batch poll(std::size_t limit, std::chrono::milliseconds) override {
    const int count = event_log::partitions(db_, topic_);
    if (static_cast<int>(from_.size()) < count) {
      std::vector<int> all;
      for (int i = 0; i < count; ++i) all.push_back(i);
      return {all, {}};
    }
    event_log::Batch batch{std::nullopt, event_log::read(db_, topic_, from_, {.records = limit})};
    for (const auto& record : batch.records) seek(record.partition, record.offset + 1);
    return batch;
  }

  void seek(int partition, std::int64_t offset) override {
    const auto same = [&](const auto& from) { return from.partition == partition; };
    const auto found = std::find_if(from_.begin(), from_.end(), same);
    if (found == from_.end())
      from_.push_back({partition, offset});
    else
      found->offset = offset;
  }

  void wake() override {}
  std::int64_t behind() const override { return 0; }  // nobody looks

 private:
  store::Connection& db_;
  const std::string topic_;
  std::vector<event_log::From> from_;
};

}  // namespace

store::Access direct_access(store::Connection& db) {
  return {[&db](const store::Work& work) { work(db); }, [&db](const store::Work& work) { transact(db, work); }};
}

void DirectLog::append(const std::string& name, std::span<const event_log::Message> messages) {
  transact(db_, [&](store::Connection& db) { event_log::append(db, name, messages, partitions_); });
}

std::unique_ptr<event_log::Subscription> DirectLog::subscribe(const std::string& name, const std::string&,
                                                              const std::string&) {
  return std::make_unique<DirectSubscription>(db_, name);
}

World::World(CrashVfs& vfs)
    : vfs_(vfs),
      producer_{(dir_ / "producer.db").string(), nullptr},
      log_{(dir_ / "log.db").string(), nullptr},
      consumer_{(dir_ / "consumer.db").string(), nullptr} {
  while (!restart_the_dead()) {
  }
}

void World::open(Program& program) {
  program.db = store::open_writer(program.path);
  auto& db = *program.db;
  if (&program == &producer_) {
    const std::vector<store::Migration> own{
        {1, "changes", "CREATE TABLE changes(id INTEGER PRIMARY KEY, key TEXT NOT NULL)"}};
    store::migrate(db, "outbox", outbox::migrations("shop"));
    store::migrate(db, "producer", own);
  } else if (&program == &log_) {
    store::migrate(db, "log", event_log::migrations());
    direct_log_ = std::make_unique<DirectLog>(db);
  } else {
    const std::vector<store::Migration> own{
        {1, "effects",
         "CREATE TABLE effects(n INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL, key TEXT NOT NULL,"
         " sequence INTEGER NOT NULL)"}};
    store::migrate(db, "inbox", inbox::migrations());
    store::migrate(db, "consumer", own);
  }
  if (&program != &producer_) {
    subscription_.reset();
    assigned_.clear();
  }
}

// False: one of them died while it started.
bool World::restart_the_dead() {
  if (vfs_.power_is_off()) {
    subscription_.reset();
    for (auto* program : {&producer_, &log_, &consumer_}) program->db.reset();
    vfs_.reboot(++seed_);
  }
  for (auto* program : {&log_, &producer_, &consumer_}) {
    if (vfs_.is_dead(program->path)) {
      if (program != &producer_) subscription_.reset();
      program->db.reset();
      vfs_.restart(program->path);
    }
    if (program->db) continue;
    try {
      open(*program);
    } catch (const std::exception&) {
      program->db.reset();
      if (!vfs_.is_dead(program->path)) throw;  // not a crash: a file that cannot be opened again
      return false;
    }
  }
  if (!subscription_) subscription_ = direct_log_->subscribe(topic, "copies", "one");
  return true;
}

// Answers whether it went through. An exception without a crash is a bug and passes on.
template <class Step>
bool World::attempt(Program& program, Step step) {
  try {
    step();
    return true;
  } catch (const std::exception&) {
    const bool crashed = vfs_.is_dead(program.path) || vfs_.is_dead(log_.path);
    if (!crashed) throw;
    while (!restart_the_dead()) {
    }
    return false;
  }
}

void World::change(const std::string& key, bool poison) {
  const auto id = ++next_id_;
  const bool kept = attempt(producer_, [&] {
    transact(*producer_.db, [&](store::Connection& db) {
      db.run("INSERT INTO changes(id, key) VALUES (?1, ?2)", id, key);
      outbox::append(db, {"banyan.test.changed.v1", key,
                          "{\"id\":" + std::to_string(id) + ",\"poison\":" + (poison ? "true" : "false") + "}",
                          "", "2026-01-01T00:00:00Z"});
    });
  });
  if (kept)
    acknowledged_.push_back(id);
  else
    ++refused_;
}

void World::relay() {
  attempt(producer_, [&] {
    outbox::forward(direct_access(*producer_.db), *direct_log_, topic, {.rows = 3});
  });
}

inbox::Handler World::handler() {
  return [this](store::Connection& db, const event_log::Envelope& event) {
    const auto id = event.data.at("id").as_int64();
    db.run("INSERT INTO effects(id, key, sequence) VALUES (?1, ?2, ?3)", id, event.key, event.sequence);
    if (event.data.at("poison").as_bool() && !mended_) throw std::runtime_error("cannot be applied yet");
  };
}

void World::consume() {
  attempt(consumer_, [&] {
    inbox::consume(direct_access(*consumer_.db), *subscription_, topic, assigned_, handler(), 4,
                   std::chrono::milliseconds(0));
  });
}

void World::replay_parked() {
  attempt(consumer_, [&] {
    transact(*consumer_.db, [&](store::Connection& db) {
      const auto waiting = inbox::parked(db, 1, 0);
      if (!waiting.empty()) inbox::replay(db, waiting[0].id, handler(), {"test", "mended"});
    });
  });
}

void World::settle() {
  vfs_.arm(0, Loss::kill);
  mended_ = true;
  for (int i = 0; i < 40; ++i) {
    relay();
    consume();
    if (i % 4 == 3) replay_parked();
  }
}

void World::check_keys(std::vector<std::string>& wrong) {
  std::map<std::string, std::int64_t> last;
  auto rows = consumer_.db->query("SELECT key, sequence FROM effects ORDER BY n");
  while (rows.next()) {
    const auto expected = ++last[rows.text(0)];
    if (rows.integer(1) == expected) continue;
    wrong.push_back("key " + rows.text(0) + ": effect " + std::to_string(expected) + " was of event " +
                    std::to_string(rows.integer(1)));
    return;
  }
}

std::vector<std::string> World::violations() {
  std::vector<std::string> wrong;
  std::map<std::int64_t, int> changes, effects;
  for (auto rows = producer_.db->query("SELECT id FROM changes"); rows.next();) ++changes[rows.integer(0)];
  for (auto rows = consumer_.db->query("SELECT id FROM effects"); rows.next();) ++effects[rows.integer(0)];
  for (const auto id : acknowledged_)
    if (!changes.contains(id)) wrong.push_back("acknowledged change " + std::to_string(id) + " is gone");
  for (const auto& [id, times] : changes)
    if (!effects.contains(id)) wrong.push_back("the event of change " + std::to_string(id) + " was lost");
  for (const auto& [id, times] : effects) {
    if (!changes.contains(id)) wrong.push_back("effect of change " + std::to_string(id) + " that never was");
    if (times > 1) wrong.push_back("change " + std::to_string(id) + " took effect twice");
  }
  check_keys(wrong);
  if (outbox::progress(*producer_.db).waiting != 0) wrong.push_back("the outbox is not empty");
  if (inbox::waiting(*consumer_.db).events != 0) wrong.push_back("events are still parked");
  return wrong;
}

void run_script(World& world) {
  const char* keys[] = {"a", "b", "a", "c", "a", "b", "c", "a", "b", "a"};
  int i = 0;
  for (const char* key : keys) {
    world.change(key, i == 4);  // the third of "a": what follows of "a" waits behind it
    if (i % 2 == 1) world.relay();
    if (i % 3 == 2) world.consume();
    if (i == 7) world.mend();
    if (i == 8) world.replay_parked();
    ++i;
  }
  world.relay();
  world.consume();
  world.replay_parked();
  world.consume();
}

}  // namespace banyan::events_test
