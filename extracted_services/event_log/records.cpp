#include "extracted_services/event_log/records.hpp"

#include "extracted_services/event_log/partition.hpp"
#include "extracted_services/safety/rules.hpp"

#include <map>

namespace banyan::event_log {
using safety::holds;
using safety::Rule;
namespace {

// A record's id is slot * 2^40 + offset: one b-tree that is appended to once per partition, and read in the
// order in which it lies.
constexpr int offset_bits = 40;

constexpr const char* tables = R"sql(
  CREATE TABLE partitions(
    slot      INTEGER PRIMARY KEY,
    topic     TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next      INTEGER NOT NULL DEFAULT 0 CHECK (next BETWEEN 0 AND 1099511627776),
    UNIQUE (topic, partition));
  CREATE TABLE records(id INTEGER PRIMARY KEY, event TEXT NOT NULL);
)sql";

constexpr const char* guards = R"sql(
  CREATE TRIGGER records_never_change BEFORE UPDATE ON records
    BEGIN SELECT raise(ABORT, 'records of the log never change'); END;
  CREATE TRIGGER records_never_go BEFORE DELETE ON records
    BEGIN SELECT raise(ABORT, 'records of the log are never deleted'); END;
)sql";

constexpr const char* lease_tables = R"sql(
  CREATE TABLE group_members(
    topic TEXT NOT NULL, consumer_group TEXT NOT NULL, member TEXT NOT NULL, until_ms INTEGER NOT NULL,
    PRIMARY KEY (topic, consumer_group, member)) WITHOUT ROWID;
  CREATE TABLE leases(
    topic TEXT NOT NULL, consumer_group TEXT NOT NULL, partition INTEGER NOT NULL,
    member TEXT NOT NULL, epoch INTEGER NOT NULL, until_ms INTEGER NOT NULL,
    PRIMARY KEY (topic, consumer_group, partition)) WITHOUT ROWID;
)sql";

struct Place {
  std::int64_t slot;
  std::int64_t next;
};

int make_topic(store::Connection& db, const std::string& topic, int count) {
  for (int i = 0; i < count; ++i)
    db.run("INSERT INTO partitions(topic, partition) VALUES (?1, ?2)", topic, i);
  return count;
}

Place reserve(store::Connection& db, const std::string& topic, int partition, std::size_t count) {
  auto row = db.query(
      "UPDATE partitions SET next = next + ?3 WHERE topic = ?1 AND partition = ?2 RETURNING slot, next",
      topic, partition, static_cast<std::int64_t>(count));
  row.next();
  return {row.integer(0), row.integer(1) - static_cast<std::int64_t>(count)};
}

void insert(store::Connection& db, const Place& place, std::span<const Message* const> messages) {
  auto statement = db.query("INSERT INTO records(id, event) VALUES (?1, ?2)");
  auto id = (place.slot << offset_bits) + place.next;
  for (const auto* message : messages) {
    statement.bind(1, id++);
    statement.bind(2, std::string_view(message->event));
    statement.run();
    statement.statement().reset();
  }
}

}  // namespace

std::vector<store::Migration> migrations() {
  return {{1, "records", std::string(tables) + (holds(Rule::records_never_change) ? guards : "")},
          {2, "leases", lease_tables}};
}

std::int64_t next_offset(store::Connection& db, const std::string& topic, int partition) {
  auto row = db.query("SELECT next FROM partitions WHERE topic = ?1 AND partition = ?2", topic, partition);
  return row.next() ? row.integer(0) : 0;
}

int partitions(store::Connection& db, const std::string& topic) {
  auto row = db.query("SELECT count(*) FROM partitions WHERE topic = ?1", topic);
  row.next();
  return static_cast<int>(row.integer(0));
}

void append(store::Connection& db, const std::string& topic, std::span<const Message> messages,
            int partitions_if_new) {
  int count = partitions(db, topic);
  if (count == 0) count = make_topic(db, topic, partitions_if_new);
  std::map<int, std::vector<const Message*>> by_partition;
  for (const auto& message : messages) by_partition[partition_of(message.key, count)].push_back(&message);
  for (const auto& [partition, part] : by_partition)
    insert(db, reserve(db, topic, partition, part.size()), part);
}

std::vector<Record> read(store::Connection& db, const std::string& topic, std::span<const From> from,
                         const ReadLimits& limits, std::size_t turn) {
  std::vector<Record> records;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto& [partition, offset] = from[(i + turn) % from.size()];
    auto slot = db.query("SELECT slot FROM partitions WHERE topic = ?1 AND partition = ?2", topic, partition);
    if (!slot.next()) continue;
    const auto first = slot.integer(0) << offset_bits;
    auto rows = db.query("SELECT id, event FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3",
                         first + offset, first + (std::int64_t{1} << offset_bits),
                         static_cast<std::int64_t>(limits.records - records.size()));
    while (bytes < limits.bytes && rows.next()) {
      records.push_back({partition, rows.integer(0) - first, rows.text(1)});
      bytes += records.back().event.size();
    }
  }
  return records;
}

std::vector<Topic> topics(store::Connection& db) {
  std::vector<Topic> all;
  auto rows = db.query("SELECT topic, next FROM partitions ORDER BY topic, partition");
  while (rows.next()) {
    if (all.empty() || all.back().name != rows.text(0)) all.push_back({rows.text(0), {}});
    all.back().next.push_back(rows.integer(1));
  }
  return all;
}

}  // namespace banyan::event_log
