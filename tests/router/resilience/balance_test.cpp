#include "router/resilience/balance.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <string>
#include <vector>

namespace banyan::resilience {
namespace {

struct Fake {
  struct One {
    bool up = true;
    double weight = 1;
    std::uint32_t load = 0;
    std::uint64_t seed = 0;
  };
  std::vector<One> all;

  explicit Fake(std::size_t count) : all(count) {
    for (std::size_t i = 0; i < count; ++i) all[i].seed = hash_text("10.0.0." + std::to_string(i) + ":80");
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(all.size()); }
  bool usable(std::uint32_t i) const { return all[i].up; }
  double weight(std::uint32_t i) const { return all[i].weight; }
  std::uint32_t load(std::uint32_t i) const { return all[i].load; }
  std::uint64_t seed(std::uint32_t i) const { return all[i].seed; }
};

std::uint32_t pick(Balance balance, const Fake& fake, std::uint32_t& cursor, const Tried& tried, std::uint64_t random) {
  if (balance == Balance::round_robin) return pick_round_robin(fake, cursor, tried, random);
  if (balance == Balance::least_requests) return pick_least_requests(fake, cursor, tried, random);
  return pick_by_hash(fake, random, tried);
}

TEST(Balance, RoundRobinIsEven) {
  Fake fake(3);
  std::uint32_t cursor = 0;
  std::map<std::uint32_t, int> seen;
  for (int i = 0; i < 300; ++i) ++seen[pick_round_robin(fake, cursor, {}, 1)];
  EXPECT_EQ(seen, (std::map<std::uint32_t, int>{{0, 100}, {1, 100}, {2, 100}}));
}

// What all three promise: never a tried one, never one that is down while another is up, somebody while any is left.
TEST(Balance, PassesOverTheSickAndTheTried) {
  EXPECT_TRUE(rc::check([](std::uint64_t random) {
    Fake fake(static_cast<std::size_t>(*rc::gen::inRange(1, 9)));
    Tried tried;
    bool left = false, up_left = false;
    for (std::uint32_t i = 0; i < fake.size(); ++i) {
      fake.all[i].up = *rc::gen::inRange(0, 2) == 0;
      fake.all[i].weight = *rc::gen::element(1.0, 0.1, 0.5);
      fake.all[i].load = static_cast<std::uint32_t>(*rc::gen::inRange(0, 5));
      if (*rc::gen::inRange(0, 3) == 0) tried.add(i);
      else left = true, up_left |= fake.all[i].up;
    }
    for (const auto balance : {Balance::round_robin, Balance::least_requests, Balance::hash}) {
      std::uint32_t cursor = static_cast<std::uint32_t>(random % 17);
      const auto chosen = pick(balance, fake, cursor, tried, random);
      RC_ASSERT((chosen != nobody) == left);
      if (chosen == nobody) continue;
      RC_ASSERT(!tried.has(chosen));
      RC_ASSERT(fake.all[chosen].up == up_left);
    }
  }));
}

TEST(Balance, TwoChoicesAvoidTheLoaded) {
  Fake fake(4);
  fake.all[2].load = 50;
  std::uint32_t cursor = 0;
  std::uint64_t random = 7;
  std::map<std::uint32_t, int> seen;
  for (int i = 0; i < 4000; ++i) ++seen[pick_least_requests(fake, cursor, {}, next_random(random))];
  EXPECT_LT(seen[2], 60);  // only when it was drawn twice
  for (const auto i : {0u, 1u, 3u}) EXPECT_NEAR(seen[i], 1333, 200);
}

TEST(Balance, TwoChoicesKeepLoadsTogether) {
  Fake fake(10);
  std::uint32_t cursor = 0;
  std::uint64_t random = 3;
  for (int i = 0; i < 10'000; ++i) ++fake.all[pick_least_requests(fake, cursor, {}, next_random(random))].load;
  for (const auto& one : fake.all) EXPECT_NEAR(one.load, 1000, 10);
}

TEST(Balance, HashKeepsAKeyWhereItIs) {
  Fake fake(5);
  std::map<std::uint32_t, int> seen;
  for (int i = 0; i < 5000; ++i) {
    const auto key = hash_text("user-" + std::to_string(i));
    const auto chosen = pick_by_hash(fake, key, {});
    ++seen[chosen];
    // Another one going does not move this key; its own going moves it, and it comes back.
    for (std::uint32_t down = 0; down < 5; ++down) {
      fake.all[down].up = false;
      EXPECT_EQ(pick_by_hash(fake, key, {}) == chosen, down != chosen);
      fake.all[down].up = true;
    }
  }
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_NEAR(seen[i], 1000, 120) << i;
}

TEST(Balance, HashDoesNotCareAboutTheOrderOfTheList) {
  Fake fake(6), turned(6);
  std::reverse(turned.all.begin(), turned.all.end());
  for (std::uint64_t key = 0; key < 1000; ++key)
    EXPECT_EQ(pick_by_hash(fake, hash_text(std::to_string(key)), {}), 5 - pick_by_hash(turned, hash_text(std::to_string(key)), {}));
}

TEST(Balance, SlowStartGrowsEvenly) {
  using std::chrono::milliseconds;
  EXPECT_EQ(slow_start_weight(milliseconds(0), 500, 501), 1);
  EXPECT_EQ(slow_start_weight(milliseconds(1000), 0, 501), 1);  // here since the start
  EXPECT_EQ(slow_start_weight(milliseconds(1000), 500, 500), 0.1);
  EXPECT_EQ(slow_start_weight(milliseconds(1000), 500, 1000), 0.5);
  EXPECT_EQ(slow_start_weight(milliseconds(1000), 500, 1500), 1);
  EXPECT_EQ(slow_start_weight(milliseconds(1000), 500, 99'999), 1);
}

TEST(Balance, SlowOneGetsItsShare) {
  for (const auto balance : {Balance::round_robin, Balance::least_requests}) {
    Fake fake(2);
    fake.all[1].weight = 0.1;
    std::uint32_t cursor = 0;
    std::uint64_t random = 11;
    int slow = 0;
    for (int i = 0; i < 10'000; ++i) {
      const auto chosen = pick(balance, fake, cursor, {}, next_random(random));
      if (chosen == 1) ++slow;
    }
    EXPECT_GT(slow, 0);
    EXPECT_LT(slow, 1500) << to_string(balance);
  }
}

TEST(Tried, RemembersSixteen) {
  Tried tried;
  for (std::uint32_t i = 0; i < 20; ++i) tried.add(i);
  EXPECT_TRUE(tried.full());
  EXPECT_TRUE(tried.has(15));
  EXPECT_FALSE(tried.has(16));
}

}  // namespace
}  // namespace banyan::resilience
