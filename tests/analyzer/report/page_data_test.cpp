#include "analyzer/report/page_data.hpp"

#include "tests/analyzer/report/shop_report.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace banyan::report {
namespace {

namespace json = boost::json;
using ::testing::MatchesRegex;
using testing::ShopReport;

std::vector<std::uint32_t> unpacked(const json::value& text) {
  std::vector<std::uint32_t> out;
  std::string bytes;
  unsigned bits = 0, count = 0;
  for (const char c : text.as_string()) {
    const auto at =
        std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").find(c);
    if (at == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<unsigned>(at), count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> count) & 255);
  }
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(bytes[i]) |
                  static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i + 1])) << 8);
  return out;
}

TEST(PageData, HoldsEveryPairWithItsCountAndContext) {
  ShopReport shop;
  const auto data = json::parse(graph_data(shop.input()));
  std::vector<std::uint32_t> from;
  const auto degree = unpacked(data.at("degree"));
  for (std::uint32_t node = 0; node < degree.size(); ++node) from.insert(from.end(), degree[node], node);
  const auto to = unpacked(data.at("to")), count = unpacked(data.at("count"));
  const auto group = unpacked(data.at("group")), x = unpacked(data.at("x")), y = unpacked(data.at("y"));
  const auto& names = data.at("names").as_array();
  ASSERT_EQ(names.size(), shop.graph.components.size());
  ASSERT_EQ(from.size(), to.size());
  ASSERT_EQ(x.size(), names.size());
  ASSERT_EQ(y.size(), names.size());
  EXPECT_TRUE(std::is_sorted(group.begin(), group.end()));
  std::map<std::pair<std::string, std::string>, std::uint64_t> wanted, found;
  for (const auto& edge : shop.graph.edges)
    wanted[{shop.graph.components[edge.from].id, shop.graph.components[edge.to].id}] += edge.count;
  for (std::size_t i = 0; i < from.size(); ++i)
    found[{names[from[i]].as_string().c_str(), names[to[i]].as_string().c_str()}] = count[i];
  EXPECT_EQ(found, wanted);
}

TEST(PageData, EveryPairIsProvedByALineWithItsText) {
  ShopReport shop;
  const auto pairs = unpacked(json::parse(graph_data(shop.input())).at("to")).size();
  const auto evidence = json::parse(evidence_data(shop.input()));
  ASSERT_EQ(evidence.at("pairs").as_array().size(), pairs);
  for (const auto& pair : evidence.at("pairs").as_array())
    EXPECT_THAT(pair.as_string().c_str(),
                MatchesRegex("[a-z_]+ ×[0-9]+(, [a-z_]+ ×[0-9]+)*\n[0-9]+\t[0-9]+\tline [0-9]+; .*(\n.*)*"));
}

TEST(PageData, Base64AsTheStandardHasIt) {
  EXPECT_EQ(base64({}), "");
  EXPECT_EQ(base64({'f'}), "Zg==");
  EXPECT_EQ(base64({'f', 'o'}), "Zm8=");
  EXPECT_EQ(base64({'f', 'o', 'o'}), "Zm9v");
  EXPECT_EQ(base64({255, 254, 253, 0}), "//79AA==");
}

}  // namespace
}  // namespace banyan::report
