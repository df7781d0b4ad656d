#include "tests/extracted_services/events/promises.hpp"

#include "extracted_services/event_log/records.hpp"
#include "extracted_services/inbox/consumer.hpp"
#include "extracted_services/outbox/relay.hpp"
#include "tests/extracted_services/events/world.hpp"

#include <functional>

namespace banyan::events_test {
namespace {

using Broken = std::vector<std::string>;

void require(Broken& broken, bool holds, const std::string& what) {
  if (!holds) broken.push_back(what);
}

std::string event_of(const std::string& key, std::int64_t sequence, const std::string& source = "urn:test") {
  return R"({"specversion":"1.0","id":"x","source":")" + source + R"(","type":"test.v1","partitionkey":")" + key +
         R"(","keysequence":)" + std::to_string(sequence) + R"(,"data":{}})";
}

// A consumer's database and the order of its effects, without a log: records are made by hand.
struct Receiver {
  support::TempDir dir;
  std::unique_ptr<store::Connection> db = store::open_writer((dir / "one.db").string());
  store::Access access = direct_access(*db);
  std::int64_t next = 0;
  std::string poisoned;  // the key whose events fail

  Receiver() {
    store::migrate(*db, "inbox", inbox::migrations());
    db->execute("CREATE TABLE effects(n INTEGER PRIMARY KEY, what TEXT NOT NULL)");
  }
  inbox::Handler handler = [this](store::Connection& to, const event_log::Envelope& event) {
    to.run("INSERT INTO effects(what) VALUES (?1)", event.key + std::to_string(event.sequence));
    if (event.key == poisoned && event.sequence == 2) throw std::runtime_error("cannot be applied");
  };
  void arrive(const std::string& key, std::int64_t sequence) {
    const std::vector<event_log::Record> records{{0, next++, event_of(key, sequence)}};
    access.write([&](store::Connection& to) { inbox::receive(to, "t", records, handler); });
  }
  void replay() {
    access.write([&](store::Connection& to) {
      const auto parked = inbox::parked(to, 1, 0);
      if (!parked.empty()) inbox::replay(to, parked[0].id, handler, {"somebody", "it is mended"});
    });
  }
  std::string effects() {
    std::string all;
    for (auto rows = db->query("SELECT what FROM effects ORDER BY n"); rows.next();) all += rows.text(0) + " ";
    return all;
  }
};

void check_gap(Broken& broken) {
  Receiver receiver;
  for (const int sequence : {1, 3, 2, 4}) receiver.arrive("a", sequence);
  require(broken, receiver.effects() == "a1 a2 a3 a4 ", "gap: effects " + receiver.effects());
}

void check_repeats(Broken& broken) {
  Receiver receiver;
  for (const int sequence : {1, 1, 2, 1, 2, 3}) receiver.arrive("a", sequence);
  require(broken, receiver.effects() == "a1 a2 a3 ", "repeats: effects " + receiver.effects());
}

void check_poison(Broken& broken) {
  Receiver receiver;
  receiver.poisoned = "a";
  receiver.arrive("a", 1);
  receiver.arrive("a", 2);
  receiver.arrive("a", 3);
  receiver.arrive("b", 1);
  receiver.arrive("a", 4);
  receiver.arrive("b", 2);
  require(broken, receiver.effects() == "a1 b1 b2 ", "poison: effects before the replay " + receiver.effects());
  receiver.poisoned.clear();
  receiver.replay();
  require(broken, receiver.effects() == "a1 b1 b2 a2 a3 a4 ", "poison: effects after it " + receiver.effects());
  require(broken, inbox::waiting(*receiver.db).events == 0, "poison: events are still parked");
  const auto audit = inbox::audit(*receiver.db, 10, 0);
  require(broken, audit.size() == 1 && audit[0].who == "somebody" && audit[0].why == "it is mended",
          "poison: the replay left no audit row");
}

void check_handover(Broken& broken) {
  Receiver receiver;
  receiver.arrive("a", 1);
  receiver.arrive("a", 2);
  bool refused = false;
  receiver.next = 0;  // another consumer that still believes in the old position
  try {
    receiver.arrive("a", 1);
  } catch (const inbox::StalePosition&) {
    refused = true;
  }
  require(broken, refused, "handover: a stale consumer was not refused");
  require(broken, inbox::next_offset(*receiver.db, "t", 0) == 2, "handover: the position moved back");
}

struct Sender {
  support::TempDir dir;
  std::unique_ptr<store::Connection> outbox_db = store::open_writer((dir / "o.db").string());
  std::unique_ptr<store::Connection> log_db = store::open_writer((dir / "l.db").string());
  Sender() {
    store::migrate(*outbox_db, "outbox", outbox::migrations("test"));
    store::migrate(*log_db, "log", event_log::migrations());
  }
  std::size_t logged() {
    auto row = log_db->query("SELECT count(*) FROM records");
    row.next();
    return static_cast<std::size_t>(row.integer(0));
  }
};

// A log during whose append a row becomes visible in the outbox under a lower position.
class LateRow final : public event_log::Log {
 public:
  LateRow(event_log::Log& log, store::Connection& outbox_db) : log_(log), outbox_db_(outbox_db) {}
  void append(const std::string& topic, std::span<const event_log::Message> messages) override {
    log_.append(topic, messages);
    if (late_) outbox_db_.run("INSERT INTO outbox VALUES (1, 'late', 1, 'test.v1', '2026-01-01T00:00:00Z', '', '{}')");
    late_ = false;
  }
  std::unique_ptr<event_log::Subscription> subscribe(const std::string&, const std::string&,
                                                     const std::string&) override {
    return nullptr;
  }

 private:
  event_log::Log& log_;
  store::Connection& outbox_db_;
  bool late_ = true;
};

void check_late_row(Broken& broken) {
  Sender sender;
  DirectLog log(*sender.log_db);
  LateRow late(log, *sender.outbox_db);
  outbox::append(*sender.outbox_db, {"test.v1", "a", "{}", "", ""});
  sender.outbox_db->run("UPDATE outbox SET position = 5");  // 1 is taken by a change that has not committed yet
  const auto access = direct_access(*sender.outbox_db);
  for (int i = 0; i < 2; ++i) outbox::forward(access, late, "t", {});
  require(broken, sender.logged() == 2, "late row: " + std::to_string(sender.logged()) + " of 2 events in the log");
}

void check_partitions(Broken& broken) {
  Sender sender;
  DirectLog log(*sender.log_db, 4);
  for (int i = 1; i <= 8; ++i) {
    const std::vector<event_log::Message> one{{"a", event_of("a", i)}};
    log.append("t", one);
  }
  auto row = sender.log_db->query("SELECT count(*) FROM partitions WHERE next > 0");
  row.next();
  require(broken, row.integer(0) == 1,
          "partitions: one key is in " + std::to_string(row.integer(0)) + " partitions");
}

void check_records_stay(Broken& broken) {
  Sender sender;
  DirectLog log(*sender.log_db);
  const std::vector<event_log::Message> one{{"a", event_of("a", 1)}};
  log.append("t", one);
  for (const char* sql : {"UPDATE records SET event = '{}'", "DELETE FROM records"}) try {
      sender.log_db->run(sql);
      broken.push_back("records: allowed " + std::string(sql));
    } catch (const SQLite::Exception&) {
    }
}

void check_crashes(Broken& broken, int stride) {
  std::uint64_t operations = 0;
  {
    CrashVfs vfs;
    World world(vfs);
    vfs.arm(0, Loss::kill);
    run_script(world);
    operations = vfs.operations();
    world.settle();
    for (const auto& wrong : world.violations()) broken.push_back("no crash: " + wrong);
  }
  for (std::uint64_t n = 1; n <= operations && broken.empty(); n += static_cast<std::uint64_t>(stride))
    for (const auto loss : {Loss::kill, Loss::unsynced}) {
      CrashVfs vfs;
      World world(vfs);
      vfs.arm(n, loss);
      run_script(world);
      world.settle();
      for (const auto& wrong : world.violations())
        broken.push_back("crash at write " + std::to_string(n) + ": " + wrong);
    }
}

}  // namespace

std::vector<std::string> broken_promises(int crash_stride) {
  Broken broken;
  for (const auto check : {check_gap, check_repeats, check_poison, check_handover, check_late_row,
                           check_partitions, check_records_stay}) {
    try {
      check(broken);
    } catch (const std::exception& failure) {
      broken.push_back(failure.what());
    }
  }
  try {
    if (broken.empty()) check_crashes(broken, crash_stride);
  } catch (const std::exception& failure) {
    broken.push_back(std::string("the crash sweep ended in: ") + failure.what());
  }
  return broken;
}

}  // namespace banyan::events_test
