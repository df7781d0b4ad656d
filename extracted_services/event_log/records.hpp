// The SQLite log: records of all topics in one file. Every function runs in its caller's transaction; append
// on the writer's thread. Records are never changed and never deleted: the file itself refuses it.
#pragma once
#include "extracted_services/event_log/log.hpp"
#include "extracted_services/store/migrations.hpp"

#include <span>
#include <string>
#include <vector>

namespace banyan::event_log {

// Owner "log".
std::vector<store::Migration> migrations();

// Makes the topic with `partitions_if_new` if there is none yet; its number of partitions then never changes.
void append(store::Connection& db, const std::string& topic, std::span<const Message> messages,
            int partitions_if_new);

struct From {
  int partition;
  std::int64_t offset;
};
struct ReadLimits {
  std::size_t records = 1000;
  std::size_t bytes = 4 * 1024 * 1024;  // of events; a single one may exceed it
};
// Partition after partition, each in the order of offsets; the first one rotates with `turn`, so that a full
// partition cannot keep the others from being read.
std::vector<Record> read(store::Connection& db, const std::string& topic, std::span<const From> from,
                         const ReadLimits& limits, std::size_t turn = 0);

struct Topic {
  std::string name;
  std::vector<std::int64_t> next;  // by partition: the offset the next record will get
};
std::vector<Topic> topics(store::Connection& db);
// The offset the partition's next record will get.
std::int64_t next_offset(store::Connection& db, const std::string& topic, int partition);
// 0: there is no such topic.
int partitions(store::Connection& db, const std::string& topic);

}  // namespace banyan::event_log
