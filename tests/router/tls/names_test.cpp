#include "router/tls/names.hpp"

#include <gtest/gtest.h>

namespace banyan::tls {
namespace {

struct Row {
  const char* pattern;
  const char* host;
  bool matches;
};

// RFC 9525 section 6.3, and what browsers agree on beyond it.
const Row rows[] = {
    {"shop.test", "shop.test", true},
    {"shop.test", "SHOP.Test", true},
    {"Shop.TEST", "shop.test", true},
    {"shop.test", "shop.test.", true},       // the root's dot
    {"shop.test", "www.shop.test", false},
    {"shop.test", "shop.tes", false},
    {"shop.test", "", false},
    {"shop.test", ".", false},
    {"*.shop.test", "www.shop.test", true},
    {"*.SHOP.test", "WWW.shop.TEST", true},
    {"*.shop.test", "www.shop.test.", true},
    {"*.shop.test", "shop.test", false},     // not no label
    {"*.shop.test", ".shop.test", false},    // not an empty one
    {"*.shop.test", "a.b.shop.test", false}, // not two
    {"*.test", "shop.test", false},          // not for a whole top level
    {"w*.shop.test", "www.shop.test", false},
    {"www.*.test", "www.shop.test", false},
    {"*", "shop", false},
    {"*.", "shop.", false},
    {"xn--bcher-kva.test", "xn--bcher-kva.test", true},
};

TEST(TlsNames, Match) {
  for (const auto& row : rows) EXPECT_EQ(matches(row.pattern, row.host), row.matches) << row.pattern << " and " << row.host;
}

TEST(TlsNames, WholeNamesWinOverWildcardsAndEarlierOverLater) {
  const std::vector<std::vector<std::string>> names{
      {"default.test"}, {"*.shop.test"}, {"www.shop.test", "*.other.test"}, {"www.shop.test"}};
  const std::pair<const char*, std::size_t> hosts[]{{"www.shop.test", 2}, {"api.shop.test", 1}, {"a.other.test", 2},
                                                    {"default.test", 0},  {"unknown.test", 0},  {"", 0}};
  for (const auto& [host, chosen] : hosts) EXPECT_EQ(choose(names, host), chosen) << host;
}

}  // namespace
}  // namespace banyan::tls
