#include "router/upstreams/directory.hpp"

#include <gtest/gtest.h>

#include <set>

namespace banyan::upstreams {
namespace {

Group group_of(std::uint32_t count) {
  Group group;
  for (std::uint32_t i = 0; i < count; ++i)
    group.endpoints.push_back(std::make_shared<Endpoint>(config::Address{"127.0.0.1", static_cast<std::uint16_t>(9000 + i)}, i));
  return group;
}

TEST(Pick, GoesRound) {
  const auto group = group_of(3);
  std::uint32_t cursor = 0;
  for (std::uint32_t i = 0; i < 9; ++i) EXPECT_EQ(group.pick(cursor, 0, 0)->id(), i % 3);
}

TEST(Pick, PassesOverTheSickAndTheTried) {
  const auto group = group_of(3);
  group.endpoints[1]->healthy = false;
  std::uint32_t cursor = 0;
  for (int i = 0; i < 6; ++i) EXPECT_NE(group.pick(cursor, 0, 0)->id(), 1u);
  EXPECT_EQ(group.pick(cursor, 0, 0b001)->id(), 2u);
}

TEST(Pick, TriesTheSickWhenNobodyElseIsLeft) {
  const auto group = group_of(2);
  for (const auto& endpoint : group.endpoints) endpoint->healthy = false;
  std::uint32_t cursor = 0;
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 4; ++i) seen.insert(group.pick(cursor, 0, 0)->id());
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_EQ(group.pick(cursor, 0, 0b11), nullptr);
}

TEST(Pick, ConnectFailuresSetAsideForLongerEachTime) {
  const auto group = group_of(2);
  for (int i = 0; i < 3; ++i) group.endpoints[0]->on_connect_failure(1000);
  EXPECT_FALSE(group.endpoints[0]->usable(1999));
  EXPECT_TRUE(group.endpoints[0]->usable(2000));
  group.endpoints[0]->on_connect_failure(2000);
  EXPECT_FALSE(group.endpoints[0]->usable(3999));
  group.endpoints[0]->on_answer();
  group.endpoints[0]->on_connect_failure(10'000);
  EXPECT_TRUE(group.endpoints[0]->usable(10'001));
}

TEST(ProbeState, NeedsSoManyInARow) {
  ProbeState state(2, 3);
  for (bool good : {false, false, true, false, false}) state.on_probe(good);
  EXPECT_TRUE(state.healthy());
  state.on_probe(false);
  EXPECT_FALSE(state.healthy());
  state.on_probe(true);
  EXPECT_FALSE(state.healthy());
  state.on_probe(true);
  EXPECT_TRUE(state.healthy());
}

}  // namespace
}  // namespace banyan::upstreams
