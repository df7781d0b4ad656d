#include "router/fleet/address.hpp"

#include <gtest/gtest.h>

namespace banyan::fleet {
namespace {

TEST(FleetAddress, SaysWhereAndUnderWhichPrefix) {
  const std::pair<std::string, std::string> good[] = {
      {"etcd://10.0.0.5", "etcd://10.0.0.5:2379/banyan"},
      {"etcd://10.0.0.5:1234/", "etcd://10.0.0.5:1234/banyan"},
      {"etcd://a.example:1,b-c:2/shop/eu/", "etcd://a.example:1,b-c:2/shop/eu"},
      {"etcd://[::1]:2379,[fd00::2]/x", "etcd://[::1]:2379,[fd00::2]:2379/x"},
  };
  for (const auto& [text, meant] : good) {
    std::string why;
    const auto address = parse_address(text, why);
    ASSERT_TRUE(address) << text << ": " << why;
    EXPECT_EQ(to_string(*address), meant);
  }
}

TEST(FleetAddress, AnythingElseIsRefusedWithAHint) {
  for (const char* text : {"etcd://", "etcd:///shop", "etcd://host:", "etcd://host:0", "etcd://host:65536", "etcd://host:1x", "etcd://[::1", "etcd://a,,b",
                           "etcd://a b", "etcd://host/shop?x=1", "etcd://user:word@host", "etcds://host", "http://host:2379"}) {
    std::string why;
    EXPECT_FALSE(parse_address(text, why)) << text;
    EXPECT_FALSE(why.empty()) << text;
  }
}

}  // namespace
}  // namespace banyan::fleet
