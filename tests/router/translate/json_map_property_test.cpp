// There and back: for random maps of moves and additions, and random documents, the inverse gives back what was there.
#include "router/translate/json_map.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <random>

namespace banyan::translate {
namespace {

namespace json = boost::json;

struct Maker {
  std::mt19937 random;
  unsigned below(unsigned n) { return static_cast<unsigned>(random() % n); }
  std::string name() { return std::string(1, static_cast<char>('a' + below(4))); }

  json::value document(unsigned depth) {
    const unsigned kind = depth == 0 ? below(2) : below(6);
    if (kind >= 3) {
      json::object members;
      for (unsigned i = 0, n = 1 + below(3); i < n; ++i) members[name()] = document(depth - 1);
      return members;
    }
    if (kind == 2) {
      json::array items;
      for (unsigned i = 0, n = below(4); i < n; ++i) items.push_back(document(depth - 1));
      return items;
    }
    return kind == 0 ? json::value(below(1000)) : json::value("s" + std::to_string(below(10)));
  }

  std::string path(unsigned most) {
    std::string text;
    for (unsigned i = 0, n = 1 + below(most); i < n; ++i) text += "/" + name();
    return text;
  }

  JsonMap map() {
    JsonMap steps;
    for (unsigned i = 0, n = 1 + below(4); i < n;) {
      std::string scope;
      for (unsigned stars = below(4) == 0 ? 1 + below(2) : 0; stars > 0; --stars) scope += path(1) + "/*";
      JsonStep step;
      step.kind = below(3) == 0 ? JsonStep::Kind::add : JsonStep::Kind::move;
      parse_pointer(scope + path(2), step.at);
      parse_pointer(scope + path(2), step.to);
      step.value = "42";
      if (!step_problem(step).empty()) continue;
      steps.push_back(std::move(step));
      ++i;
    }
    return steps;
  }
};

TEST(JsonMapProperty, InverseAfterMapIsIdentity) {
  int applied = 0, changed = 0;
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    Maker make{std::mt19937(seed)};
    const json::value before = make.document(4);
    const JsonMap map = make.map();
    std::string there, back;
    if (apply(map, json::serialize(before), there) != JsonErrc::ok) continue;
    ++applied;
    changed += json::parse(there) != before;
    const auto way_back = inverse(map);
    ASSERT_TRUE(way_back);
    ASSERT_EQ(apply(*way_back, there, back), JsonErrc::ok) << "seed " << seed << ": " << before << " -> " << there;
    ASSERT_EQ(json::parse(back), before) << "seed " << seed << ": " << before << " -> " << there << " -> " << back;
  }
  EXPECT_GT(applied, 5'000);
  EXPECT_GT(changed, 1'000);
}

// A document that no step touches leaves byte for byte, whatever its numbers and escapes look like.
TEST(JsonMapProperty, WhatIsNotNamedKeepsItsBytes) {
  JsonStep step;
  parse_pointer("/moved", step.at);
  parse_pointer("/there", step.to);
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    Maker make{std::mt19937(seed)};
    const std::string inner = json::serialize(make.document(4));
    std::string out;
    ASSERT_EQ(apply({step}, R"({"kept": )" + inner + R"( ,"moved":1})", out), JsonErrc::ok);
    ASSERT_EQ(out, R"({"kept":)" + inner + R"(,"there":1})");
  }
}

}  // namespace
}  // namespace banyan::translate
