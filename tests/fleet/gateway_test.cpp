// The gateway's JSON as etcd 3.4.23 writes it.
#include "router/fleet/gateway.hpp"

#include <gtest/gtest.h>

namespace banyan::fleet {
namespace {

const std::string header = R"("header":{"cluster_id":"16669793395648480238","member_id":"1767428333833140196","revision":"7","raft_term":"2"})";
const std::string one_item = R"({"key":"L3gvbG9nLzE=","create_revision":"2","mod_revision":"2","version":"1","value":"aGVsbG8="})";

TEST(Base64, IsThatOfTheStandard) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {std::string("\0\xff\xfe", 3), "AP/+"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(encode_base64(plain), coded);
    EXPECT_EQ(decode_base64(coded), plain);
  }
  for (const char* bad : {"Z", "Zg", "Zg=", "Z===", "====", "Zm=v", "Zg==Zg==", " Zg=", "Zm9v\n", "Zm9-"}) EXPECT_FALSE(decode_base64(bad)) << bad;
}

TEST(GatewayRequests, AreWhatEtcdDocuments) {
  EXPECT_EQ(range_request("a", "b", 5), R"({"key":"YQ==","range_end":"Yg==","limit":5})");
  EXPECT_EQ(watch_request("a", "b", 12), R"({"create_request":{"key":"YQ==","range_end":"Yg==","start_revision":"12"}})");
  EXPECT_EQ(write_request({{"k", 0}, {"j", 9}}, "k", "v", "j", "z"),
            R"({"compare":[{"key":"aw==","target":"CREATE","result":"EQUAL","create_revision":"0"},{"key":"ag==","target":"CREATE","result":"EQUAL","create_revision":"9"}],)"
            R"("success":[{"request_put":{"key":"aw==","value":"dg=="}}],"failure":[{"request_range":{"key":"ag==","range_end":"eg=="}}]})");
}

TEST(GatewayAnswers, AListingHasItsRevisionAndItsItems) {
  const auto empty = parse_range("{" + header + "}");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->revision, 7);
  EXPECT_TRUE(empty->items.empty());
  const auto cut = parse_range("{" + header + R"(,"kvs":[)" + one_item + R"(],"more":true,"count":"2"})");
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->more);
  EXPECT_EQ(cut->items, (std::vector<KeyValue>{{"/x/log/1", "hello", 2}}));
}

TEST(GatewayAnswers, AWriteWasDoneOrShowsWhatIsThere) {
  const auto done = parse_write("{" + header + R"(,"succeeded":true,"responses":[{"response_put":{"header":{"revision":"7"}}}]})");
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->done);
  EXPECT_EQ(done->revision, 7);
  const auto lost = parse_write("{" + header + R"(,"responses":[{"response_range":{"header":{"revision":"7"},"kvs":[)" + one_item + R"(],"count":"1"}}]})");
  ASSERT_TRUE(lost);
  EXPECT_FALSE(lost->done);
  EXPECT_EQ(lost->instead.items.size(), 1u);
}

TEST(GatewayAnswers, WhatIsNotOfTheFormIsNothing) {
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), std::string("null"), R"({"header":{}, "kvs":{}})" + std::string(), R"({"header":{"revision":"x"}})" + std::string(),
        "{" + header + R"(,"kvs":[{"key":"!","value":"","create_revision":"1"}]})", "{" + header + R"(,"kvs":[{"key":"YQ==","create_revision":"0"}]})",
        "{" + header + R"(,"kvs":[7]})", R"({"error":"etcdserver: request timed out","code":14})" + std::string(), std::string("{\"header\":{\"revision\":\"7\"}")})
    EXPECT_FALSE(parse_range(bad)) << bad;
  EXPECT_FALSE(parse_write("{" + header + "}")) << "neither done nor what is there";
  EXPECT_FALSE(parse_write("{" + header + R"(,"responses":[{"response_put":{}}]})"));
}

TEST(GatewayAnswers, AWatchSaysOnlyWhetherThereIsNews) {
  const std::pair<std::string, WatchNews> lines[] = {
      {R"({"result":{)" + header + R"(,"created":true}})", WatchNews::created},
      {R"({"result":{)" + header + R"(,"events":[{"kv":)" + one_item + "}]}}", WatchNews::changed},
      {R"({"result":{)" + header + "}}", WatchNews::nothing},
      {R"({"result":{)" + header + R"(,"canceled":true,"compact_revision":"3"}})", WatchNews::compacted},
      {R"({"result":{)" + header + R"(,"canceled":true}})", WatchNews::ended},
      {R"({"error":{"grpc_code":14,"message":"transport is closing"}})", WatchNews::ended},
      {"", WatchNews::ended},
      {"nonsense", WatchNews::ended},
  };
  for (const auto& [line, news] : lines) EXPECT_EQ(parse_watch(line), news) << line;
}

TEST(GatewayAnswers, ARefusalIsInEtcdsWords) {
  EXPECT_EQ(refusal_words(400, R"({"error":"etcdserver: mvcc: database space exceeded","code":8})"), "etcdserver: mvcc: database space exceeded");
  EXPECT_EQ(refusal_words(502, "<html>"), "status 502");
  EXPECT_EQ(parse_version(R"({"version":"3.4.23"})"), "3.4.23");
  EXPECT_FALSE(parse_version("{}"));
}

}  // namespace
}  // namespace banyan::fleet
