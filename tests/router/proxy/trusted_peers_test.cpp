#include "router/proxy/trusted_peers.hpp"

#include <gtest/gtest.h>

namespace banyan::proxy {
namespace {

TEST(TrustedPeers, Table) {
  const TrustedPeers peers({"10.0.0.0/8", "192.168.1.7", "2001:db8::/33", "nonsense", "1.2.3.4/99"});
  struct {
    const char* address;
    bool trusted;
  } const rows[] = {
      {"10.255.0.1", true},     {"11.0.0.1", false},        {"192.168.1.7", true}, {"192.168.1.8", false},
      {"2001:db8:1::1", true},  {"2001:db8:8000::1", false}, {"1.2.3.4", false},    {"::ffff:10.1.1.1", true},
      {"", false},              {"localhost", false},
  };
  for (const auto& row : rows) EXPECT_EQ(peers.contains(row.address), row.trusted) << row.address;
}

TEST(TrustedPeers, NobodyIsTrustedUnasked) { EXPECT_FALSE(TrustedPeers().contains("127.0.0.1")); }

}  // namespace
}  // namespace banyan::proxy
