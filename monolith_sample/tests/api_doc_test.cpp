// Every example of API.md is the answer of a freshly seeded shop to the request above it.
#include "shop_fixture.hpp"

#include <fstream>

namespace shop::test {
namespace {

// "POST /api/things {..}" -> method, target, body
Answer replay(const std::string& line) {
  const auto first = line.find(' '), second = line.find(' ', first + 1);
  Shop shop;
  const std::string body = second == std::string::npos ? "" : line.substr(second + 1);
  return shop.call(line.substr(0, first), line.substr(first + 1, second - first - 1), body);
}

TEST(ApiDoc, ExamplesAreRealAnswers) {
  std::ifstream in(SHOP_API_DOC);
  const std::string fence = "```json ";
  int checked = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(fence, 0) != 0) continue;
    std::string expected;
    std::getline(in, expected);
    EXPECT_EQ(replay(line.substr(fence.size())).body, expected) << line;
    ++checked;
  }
  EXPECT_GE(checked, 25);
}

// Method and path of the headings are the router's.
TEST(ApiDoc, HeadingsAreRoutes) {
  Shop shop;
  std::ifstream in(SHOP_API_DOC);
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("## ", 0) != 0) continue;
    bool found = false;
    for (const auto& route : shop.router().routes()) {
      found = found || line == "## " + route.method + " " + route.path;
    }
    EXPECT_TRUE(found) << line;
  }
}

}  // namespace
}  // namespace shop::test
