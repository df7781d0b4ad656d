#include "extracted_services/outbox/event.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace banyan::outbox {
namespace {

Event good() { return {"banyan.orders.order-placed.v1", "order/7", R"({"id":7})", "", ""}; }

TEST(Event, TypesEndInAVersion) {
  for (const char* type : {"a.v1", "banyan.orders.order-placed.v12", "x1.y2.v9"}) {
    auto event = good();
    event.type = type;
    EXPECT_EQ(wrong_with(event), std::nullopt) << type;
  }
  for (const char* type : {"", "v1", "order-placed", "order.placed", "a.v0", "a.v01", "a.v", "A.v1", "a..v1", ".v1",
                           "a.v1.", "-a.v1", "a-.v1", "a b.v1", "a.v1x"}) {
    auto event = good();
    event.type = type;
    EXPECT_NE(wrong_with(event), std::nullopt) << type;
  }
  auto event = good();
  event.type = std::string(200, 'a') + ".v1";
  EXPECT_NE(wrong_with(event), std::nullopt);
}

TEST(Event, KeysAndDataHaveLimits) {
  auto event = good();
  for (const std::string& key : {std::string(), std::string(256, 'k'), std::string("a\nb"), std::string("a\0b", 3)}) {
    event.key = key;
    EXPECT_NE(wrong_with(event), std::nullopt);
  }
  event = good();
  for (const std::string& data : {std::string(), std::string("[]"), std::string("{"), std::string("{} x"),
                                  "{\"a\":\"" + std::string(300'000, 'x') + "\"}"}) {
    event.data = data;
    EXPECT_NE(wrong_with(event), std::nullopt);
  }
}

TEST(Event, TravelsAsACloudEvent) {
  Row row{42, 3, good()};
  row.event.time = "2026-01-02T03:04:05.000Z";
  row.event.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto event = boost::json::parse(to_cloud_event("urn:banyan:orders:1", row));
  EXPECT_EQ(event, boost::json::parse(R"({"specversion":"1.0","id":"42","source":"urn:banyan:orders:1",
      "type":"banyan.orders.order-placed.v1","subject":"order/7","time":"2026-01-02T03:04:05.000Z",
      "datacontenttype":"application/json","partitionkey":"order/7","keysequence":3,
      "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","data":{"id":7}})"));
  row.event.traceparent.clear();
  EXPECT_FALSE(boost::json::parse(to_cloud_event("p", row)).as_object().contains("traceparent"));
}

}  // namespace
}  // namespace banyan::outbox
