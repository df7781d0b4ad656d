#include "router/upstreams/health_policy.hpp"
#include "router/upstreams/resolver.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

namespace banyan::upstreams {
namespace {

using resilience::nobody;
using resilience::Tried;

Group group_of(std::uint32_t count) {
  Group group;
  for (std::uint32_t i = 0; i < count; ++i)
    group.endpoints.push_back(std::make_shared<Endpoint>(config::Address{"127.0.0.1", static_cast<std::uint16_t>(9000 + i)}, i));
  return group;
}

const config::Upstream plain;

TEST(Pick, GoesRound) {
  const auto group = group_of(3);
  std::uint32_t cursor = 0;
  for (std::uint32_t i = 0; i < 9; ++i) EXPECT_EQ(group.pick({plain}, cursor, {}), i % 3);
}

TEST(Pick, PassesOverTheSickAndTheTried) {
  const auto group = group_of(3);
  group.endpoints[1]->healthy = false;
  std::uint32_t cursor = 0;
  for (int i = 0; i < 6; ++i) EXPECT_NE(group.pick({plain}, cursor, {}), 1u);
  Tried tried;
  tried.add(0);
  EXPECT_EQ(group.pick({plain}, cursor, tried), 2u);
}

TEST(Pick, TriesTheSickWhenNobodyElseIsLeft) {
  const auto group = group_of(2);
  for (const auto& endpoint : group.endpoints) endpoint->healthy = false;
  std::uint32_t cursor = 0;
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 4; ++i) seen.insert(group.pick({plain}, cursor, {}));
  EXPECT_EQ(seen.size(), 2u);
  Tried tried;
  tried.add(0);
  tried.add(1);
  EXPECT_EQ(group.pick({plain}, cursor, tried), nobody);
}

TEST(Pick, HashNeedsAKeyAndKeepsIt) {
  const auto group = group_of(4);
  config::Upstream hashed;
  hashed.balance.kind = resilience::Balance::hash;
  std::uint32_t cursor = 0;
  const auto chosen = group.pick({hashed, 0, 0, 4711, true}, cursor, {});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(group.pick({hashed, 0, 0, 4711, true}, cursor, {}), chosen);
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 4; ++i) seen.insert(group.pick({hashed}, cursor, {}));
  EXPECT_EQ(seen.size(), 4u);
}

TEST(Group, EjectsNoMoreThanItsShare) {
  const auto group = group_of(4);
  const resilience::OutlierRule rule{.consecutive = 2};
  for (const auto& endpoint : group.endpoints)
    for (int i = 0; i < 2; ++i) group.on_failure(*endpoint, rule, 1000);
  int usable = 0;
  for (const auto& endpoint : group.endpoints) usable += endpoint->usable(1001) ? 1 : 0;
  EXPECT_EQ(usable, 2);
}

std::shared_ptr<config::Config> config_of(std::vector<config::Address> addresses, bool registry = false) {
  auto config = std::make_shared<config::Config>();
  config->upstreams.resize(1);
  config->upstreams[0].name = "one";
  config->upstreams[0].endpoints = std::move(addresses);
  config->upstreams[0].registry = registry;
  config->upstreams[0].resolve = std::chrono::milliseconds(200);
  return config;
}

TEST(Directory, EndpointsAndStateOutliveAReload) {
  Directory directory;
  const auto before = directory.set_for(config_of({{"127.0.0.1", 1}, {"127.0.0.1", 2}}), 0);
  const auto after = directory.set_for(config_of({{"127.0.0.1", 2}, {"127.0.0.1", 3}}), 500);
  EXPECT_EQ(before->groups[0].endpoints[1], after->groups[0].endpoints[0]);
  EXPECT_EQ(before->groups[0].state, after->groups[0].state);
  EXPECT_EQ(after->groups[0].endpoints[0]->joined_ms, 0);
  EXPECT_EQ(after->groups[0].endpoints[1]->joined_ms, 500);  // a newcomer starts slowly
}

TEST(Directory, LeasesEndAndAreRenewed) {
  Directory directory;
  const auto config = config_of({}, true);
  const config::Address address{"127.0.0.1", 7};
  EXPECT_TRUE(directory.set_for(config, 0)->groups[0].endpoints.empty());
  EXPECT_TRUE(directory.announce("one", address, 1000, 0));
  ASSERT_EQ(directory.set_for(config, 0)->groups[0].endpoints.size(), 1u);
  const auto generation = directory.generation();
  EXPECT_FALSE(directory.announce("one", address, 1000, 900));
  directory.expire_leases(1899);
  EXPECT_EQ(directory.generation(), generation);  // renewing changes nothing
  EXPECT_EQ(directory.endpoints(*config, 1800)[0].lease_ms, 100);
  directory.expire_leases(1900);
  EXPECT_TRUE(directory.set_for(config, 1900)->groups[0].endpoints.empty());
  directory.announce("one", address, 1000, 2000);
  EXPECT_TRUE(directory.withdraw("one", address));
  EXPECT_FALSE(directory.withdraw("one", address));
}

TEST(Directory, WithoutARegistryNobodyAnnouncesHimselfIn) {
  Directory directory;
  directory.announce("one", {"127.0.0.1", 7}, 1000, 0);
  EXPECT_EQ(directory.set_for(config_of({{"127.0.0.1", 1}}), 0)->groups[0].endpoints.size(), 1u);
}

TEST(Resolver, FollowsANameAndKeepsWhatItKnowsWhenTheNameFails) {
  Directory directory;
  const auto config = config_of({{"localhost", 80}});
  ASSERT_EQ(directory.set_for(config, steady_ms())->groups[0].endpoints.size(), 1u);
  std::atomic<int> phase{0};
  std::atomic<int> failures{0};
  Resolver resolver(directory, [&](const config::Address& name) {
    if (phase == 2) {
      ++failures;
      return Found{{}, "no such name"};
    }
    Found found;
    found.addresses.push_back(literal({"127.0.0.2", name.port}));
    if (phase == 1) found.addresses.push_back(literal({"127.0.0.3", name.port}));
    return found;
  });
  resolver.start();
  const auto names = [&] {
    std::set<std::string> all;
    for (const auto& endpoint : directory.set_for(config, steady_ms())->groups[0].endpoints) all.insert(endpoint->name());
    return all;
  };
  EXPECT_TRUE(support::eventually([&] { return names() == std::set<std::string>{"localhost:80 (127.0.0.2)"}; }));
  phase = 1;
  EXPECT_TRUE(support::eventually([&] { return names().size() == 2; }));
  phase = 2;
  EXPECT_TRUE(support::eventually([&] { return failures > 0 && !directory.warnings(*config, steady_ms()).empty(); }));
  EXPECT_EQ(names().size(), 2u);
  resolver.stop();
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
