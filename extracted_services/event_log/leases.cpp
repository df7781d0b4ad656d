#include "extracted_services/event_log/leases.hpp"

#include <algorithm>

namespace banyan::event_log {
namespace {

std::vector<std::string> living(store::Connection& db, const std::string& topic, const std::string& group,
                                std::int64_t now_ms) {
  db.run("DELETE FROM group_members WHERE topic = ?1 AND consumer_group = ?2 AND until_ms <= ?3", topic,
         group, now_ms);
  std::vector<std::string> members;
  auto rows =
      db.query("SELECT member FROM group_members WHERE topic = ?1 AND consumer_group = ?2 ORDER BY member",
               topic, group);
  while (rows.next()) members.push_back(rows.text(0));
  return members;
}

std::vector<Lease> stored(store::Connection& db, const std::string& topic, const std::string& group,
                          int partitions) {
  std::vector<Lease> leases(static_cast<std::size_t>(partitions));
  for (int i = 0; i < partitions; ++i) leases[static_cast<std::size_t>(i)].partition = i;
  auto rows = db.query(
      "SELECT partition, member, epoch, until_ms FROM leases WHERE topic = ?1 AND consumer_group = ?2", topic,
      group);
  while (rows.next()) {
    const auto at = static_cast<std::size_t>(rows.integer(0));
    if (at < leases.size())
      leases[at] = {static_cast<int>(rows.integer(0)), rows.text(1), rows.integer(2), rows.integer(3)};
  }
  return leases;
}

}  // namespace

std::vector<Lease> after_asking(std::vector<Lease> leases, const std::vector<std::string>& alive,
                                const std::string& member, std::int64_t now_ms, std::int64_t ttl_ms) {
  for (auto& lease : leases) {
    const auto& due = alive[static_cast<std::size_t>(lease.partition) % alive.size()];
    const bool holder_lives = !lease.member.empty() && lease.until_ms > now_ms &&
                              std::find(alive.begin(), alive.end(), lease.member) != alive.end();
    if (due != member) {
      if (lease.member == member) lease.member.clear();
      continue;
    }
    if (holder_lives && lease.member != member) continue;
    if (lease.member != member || !holder_lives) ++lease.epoch;
    lease.member = member;
    lease.until_ms = now_ms + ttl_ms;
  }
  return leases;
}

std::vector<Lease> ask(store::Connection& db, const std::string& topic, const std::string& group,
                       const std::string& member, int partitions, std::int64_t now_ms, std::int64_t ttl_ms) {
  db.run(
      "INSERT INTO group_members(topic, consumer_group, member, until_ms) VALUES (?1, ?2, ?3, ?4)"
      " ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms",
      topic, group, member, now_ms + ttl_ms);
  const auto before = stored(db, topic, group, partitions);
  const auto after = after_asking(before, living(db, topic, group, now_ms), member, now_ms, ttl_ms);
  std::vector<Lease> mine;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const auto& lease = after[i];
    if (!(lease == before[i]))
      db.run(
          "INSERT INTO leases(topic, consumer_group, partition, member, epoch, until_ms)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET"
          " member = excluded.member, epoch = excluded.epoch, until_ms = excluded.until_ms",
          topic, group, lease.partition, lease.member, lease.epoch, lease.until_ms);
    if (lease.member == member) mine.push_back(lease);
  }
  return mine;
}

void leave(store::Connection& db, const std::string& topic, const std::string& group,
           const std::string& member) {
  db.run("DELETE FROM group_members WHERE topic = ?1 AND consumer_group = ?2 AND member = ?3", topic, group,
         member);
  db.run(
      "UPDATE leases SET member = '', until_ms = 0 WHERE topic = ?1 AND consumer_group = ?2 AND member = ?3",
      topic, group, member);
}

}  // namespace banyan::event_log
