// The pure parts of the event path, by tables.
#include "extracted_services/event_log/envelope.hpp"
#include "extracted_services/event_log/http_log.hpp"
#include "extracted_services/event_log/leases.hpp"
#include "extracted_services/event_log/partition.hpp"
#include "extracted_services/inbox/decide.hpp"

#include <gtest/gtest.h>

#include <map>

namespace banyan {
namespace {

// Vectors of org.apache.kafka.common.utils.UtilsTest (murmur2 of these strings, as signed numbers there).
TEST(Partition, HashesAsKafkaDoes) {
  const std::pair<const char*, std::int32_t> vectors[] = {
      {"21", -973932308},  {"foobar", -790332482},           {"a-little-bit-long-string", -985981536},
      {"a-little-bit-longer-string", -1486304829}, {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
      {"abc", 479470107}};
  for (const auto& [text, hash] : vectors)
    EXPECT_EQ(static_cast<std::int32_t>(event_log::murmur2(text)), hash) << text;
}

TEST(Partition, KeysSpread) {
  std::map<int, int> counts;
  for (int i = 0; i < 8000; ++i) ++counts[event_log::partition_of("order/" + std::to_string(i), 8)];
  ASSERT_EQ(counts.size(), 8u);
  for (const auto& [partition, count] : counts) EXPECT_NEAR(count, 1000, 150);
}

TEST(Decide, BySequenceAlone) {
  using inbox::Decision;
  const std::tuple<inbox::KeyState, std::int64_t, Decision> table[] = {
      {{0, false, false}, 1, Decision::apply},    {{0, false, false}, 2, Decision::park_gap},
      {{5, false, false}, 5, Decision::drop},     {{5, false, false}, 1, Decision::drop},
      {{5, false, false}, 6, Decision::apply},    {{5, false, false}, 8, Decision::park_gap},
      {{5, true, true}, 6, Decision::drop},       {{5, true, false}, 7, Decision::park_behind},
      {{5, false, true}, 8, Decision::drop}};
  for (const auto& [state, sequence, decision] : table)
    EXPECT_EQ(to_string(inbox::decide(state, sequence)), to_string(decision)) << state.last << " " << sequence;
}

std::vector<int> held_by(const std::vector<event_log::Lease>& leases, const std::string& member) {
  std::vector<int> partitions;
  for (const auto& lease : leases)
    if (lease.member == member) partitions.push_back(lease.partition);
  return partitions;
}

TEST(Leases, ChangeHandsOnlyWhenGivenBackOrRunOut) {
  using event_log::after_asking;
  std::vector<event_log::Lease> leases{{0, "", 0, 0}, {1, "", 0, 0}, {2, "", 0, 0}};
  leases = after_asking(leases, {"a"}, "a", 0, 100);
  EXPECT_EQ(held_by(leases, "a"), (std::vector<int>{0, 1, 2}));
  leases = after_asking(leases, {"a", "b"}, "b", 10, 100);
  EXPECT_EQ(held_by(leases, "b"), std::vector<int>{});  // a has not given its share back yet
  leases = after_asking(leases, {"a", "b"}, "a", 20, 100);
  EXPECT_EQ(held_by(leases, "a"), (std::vector<int>{0, 2}));
  leases = after_asking(leases, {"a", "b"}, "b", 30, 100);
  EXPECT_EQ(held_by(leases, "b"), std::vector<int>{1});
  EXPECT_EQ(leases[1].epoch, 2);
  leases = after_asking(leases, {"b"}, "b", 500, 100);  // a was not heard of again
  EXPECT_EQ(held_by(leases, "b"), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(leases[0].epoch, 2);
}

TEST(Envelope, FaultsNameTheMember) {
  const std::string good =
      R"({"specversion":"1.0","id":"1","source":"s","type":"t.v1","partitionkey":"k","keysequence":1,"data":{}})";
  const auto with = [&](const std::string& from, const std::string& to) {
    auto text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  const std::pair<std::string, const char*> table[] = {
      {with("\"1.0\"", "\"0.3\""), "/events/0/specversion"}, {with("\"s\"", "\"\""), "/events/0/source"},
      {with("\"k\"", "7"), "/events/0/partitionkey"},        {with(":1,", ":0,"), "/events/0/keysequence"},
      {with(":1,", ":2147483648,"), "/events/0/keysequence"}, {with(":1,", ":1.5,"), "/events/0/keysequence"},
      {with("{}", "[]"), "/events/0/data"},                  {"[]", "/events/0"}};
  for (const auto& [event, pointer] : table) {
    const auto read = event_log::read_append("{\"events\":[" + event + "]}");
    ASSERT_TRUE(read.has_error()) << event;
    EXPECT_EQ(read.error().pointer, pointer);
  }
  for (const char* body : {"", "{", "[]", "{}", R"({"events":{}})", R"({"events":[]})"})
    EXPECT_TRUE(event_log::read_append(body).has_error()) << body;
  const auto read = event_log::read_append("{\"events\":[" + good + "," + good + "]}");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].key, "k");
}

TEST(ReadRecords, TakesOnlyWhatTheLogWrites) {
  EXPECT_TRUE(event_log::read_records("{\"topic\":\"t\",\"events\":[\n]}").empty());
  const auto records = event_log::read_records(
      "{\"topic\":\"t\",\"events\":[\n{\"partition\":1,\"offset\":12,\"event\":{\"a\":1}},\n"
      "{\"partition\":0,\"offset\":7,\"event\":{}}\n]}");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].partition, 1);
  EXPECT_EQ(records[0].offset, 12);
  EXPECT_EQ(records[0].event, "{\"a\":1}");
  for (const char* body : {"", "[]", "{}", "{\"topic\":\"t\",\"events\":[]}", "{\"topic\":\"t\",\"events\":[\nx\n]}",
                           "{\"topic\":\"t\",\"events\":[\n{\"partition\":1,\"offset\":}\n]}",
                           "{\"topic\":\"t\",\"events\":[\n{\"partition\":1,\"offset\":1,\"event\":{}}"})
    EXPECT_THROW(event_log::read_records(body), event_log::LogError) << body;
}

}  // namespace
}  // namespace banyan
