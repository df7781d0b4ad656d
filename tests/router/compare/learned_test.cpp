// What a Differ has learned of noise, given to another.
#include "router/compare/differ.hpp"

#include <gtest/gtest.h>

#include <random>

namespace banyan::compare {
namespace {

class Learned : public testing::Test {
 protected:
  // A jittering number, a random id, one of three nodes, an array in any order; `price` stands fast.
  std::string answer(int id, int price = 10) {
    std::string token;
    for (int i = 0; i < 16; ++i) token += "0123456789abcdef"[random_() % 16];
    const bool turned = random_() % 2;
    return R"({"id":)" + std::to_string(id) + R"(,"price":)" + std::to_string(price) + R"(,"took":)" + std::to_string(5 + random_() % 20) +
           R"(,"trace":")" + token + R"(","node":")" + std::vector<std::string>{"red", "green", "blue"}[random_() % 3] + R"(","tags":)" +
           (turned ? R"(["x","y","z"]})" : R"(["z","x","y"]})");
  }
  Outcome compare_one(Differ& differ, int price = 10, bool again = true) {
    const std::string legacy = answer(n_), fresh = answer(n_, price), second = answer(n_);
    Exchange exchange{{"GET", "/orders/" + std::to_string(n_++), "t"}, {200, "application/json", legacy}, {200, "application/json", fresh}};
    if (again) exchange.again = Answer{200, "application/json", second};
    exchange.sampled = again;
    return differ.take(exchange, 1000 + n_);
  }
  Differ taught() {
    Differ differ{Rules{}};
    for (int i = 0; i < 400; ++i) compare_one(differ);
    return differ;
  }
  std::mt19937_64 random_{7};
  int n_ = 0;
};

TEST_F(Learned, AnotherDifferGoesOnWhereThisOneWas) {
  const Differ first = taught();
  Differ second{Rules{}};
  ASSERT_TRUE(second.learn_again(first.learned()));
  EXPECT_EQ(second.noise(), first.noise());
  EXPECT_FALSE(second.noise().empty());
  EXPECT_TRUE(Differ{Rules{}}.sample({"GET", "/orders/1", "t"}, ~0u)) << "one that knows nothing asks every time";
  EXPECT_FALSE(second.sample({"GET", "/orders/1", "t"}, ~0u)) << "this one has learned enough";
  for (int i = 0; i < 200; ++i) compare_one(second, 10, false);
  EXPECT_EQ(second.counts().different, 0u);
  EXPECT_EQ(second.counts().equal, 200u);
  EXPECT_EQ(compare_one(second, 11, false).different, 1u) << "and a wrong price is one, at once";
}

TEST_F(Learned, WhatWasComparedBeforeIsNotReportedAsComparedNow) {
  const Differ first = taught();
  Differ second{Rules{}};
  ASSERT_TRUE(second.learn_again(first.learned()));
  compare_one(second, 11, false);
  ASSERT_EQ(second.groups().size(), 1u);
  EXPECT_EQ(second.compared(second.groups()[0].kind_of_request), 1u);
  EXPECT_EQ(second.counts().equal + second.counts().different, 1u);
}

TEST_F(Learned, OneWithoutItWouldReportNoise) {
  Differ untaught{Rules{}};
  std::uint64_t different = 0;
  for (int i = 0; i < 20; ++i) different += compare_one(untaught, 10, false).different;
  EXPECT_GT(different, 0u) << "so the test above shows something";
}

TEST_F(Learned, AnythingElseIsRefusedAndTeachesNothing) {
  const std::string good = taught().learned();
  Differ differ{Rules{}};
  for (std::size_t size = 0; size < good.size(); size += 1 + size / 16) EXPECT_FALSE(differ.learn_again(good.substr(0, size))) << size;
  EXPECT_FALSE(differ.learn_again(good + "x"));
  for (std::size_t at = 0; at < good.size(); at += 1 + at / 16) {
    std::string bent = good;
    bent[at] ^= 4;
    EXPECT_FALSE(differ.learn_again(bent)) << at;
  }
  EXPECT_TRUE(differ.noise().empty());
  EXPECT_TRUE(differ.learn_again(good));
}

TEST_F(Learned, TheVersionMovesWithTheBytes) {
  Differ differ{Rules{}, 5};
  EXPECT_EQ(differ.learned_version(), 5u);
  compare_one(differ);
  EXPECT_NE(differ.learned_version(), 5u);
  const auto version = differ.learned_version();
  differ.settle(1'000'000);
  EXPECT_EQ(differ.learned_version(), version);
}

}  // namespace
}  // namespace banyan::compare
