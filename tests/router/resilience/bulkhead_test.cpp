#include "router/resilience/bulkhead.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace banyan::resilience {
namespace {

using Wait = Bulkhead::Waiter::State;

struct Waiter : Bulkhead::Waiter {
  void on_turn() override { ++turns; }
  std::atomic<int> turns{0};
};

TEST(Bulkhead, WithoutALimitEverybodyEnters) {
  Bulkhead bulkhead;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(bulkhead.try_enter({}));
  EXPECT_EQ(bulkhead.inflight(), 1000u);
}

TEST(Bulkhead, WithoutAQueueTheNextIsRefused) {
  Bulkhead bulkhead;
  const BulkheadRule rule{2, 0};
  EXPECT_TRUE(bulkhead.try_enter(rule) && bulkhead.try_enter(rule));
  EXPECT_EQ(bulkhead.enter_or_wait(rule, std::make_shared<Waiter>()), Wait::shed);
  bulkhead.leave(rule);
  EXPECT_EQ(bulkhead.enter_or_wait(rule, std::make_shared<Waiter>()), Wait::granted);
}

TEST(Bulkhead, LastInIsFirstServedAndTheOldestIsShed) {
  Bulkhead bulkhead;
  const BulkheadRule rule{1, 2};
  ASSERT_TRUE(bulkhead.try_enter(rule));
  std::vector<std::shared_ptr<Waiter>> waiters;
  for (int i = 0; i < 3; ++i) {
    waiters.push_back(std::make_shared<Waiter>());
    EXPECT_EQ(bulkhead.enter_or_wait(rule, waiters.back()), Wait::waiting);
  }
  EXPECT_EQ(waiters[0]->state(), Wait::shed);
  EXPECT_EQ(waiters[0]->turns, 1);
  EXPECT_EQ(bulkhead.times_shed(), 1u);
  bulkhead.leave(rule);
  EXPECT_EQ(waiters[2]->state(), Wait::granted);
  EXPECT_EQ(waiters[1]->state(), Wait::waiting);
  EXPECT_TRUE(bulkhead.give_up(waiters[1]));
  EXPECT_FALSE(bulkhead.give_up(waiters[2]));
  EXPECT_EQ(bulkhead.waiting(), 0u);
}

TEST(Bulkhead, HigherLimitLetsTheWaitingIn) {
  Bulkhead bulkhead;
  ASSERT_TRUE(bulkhead.try_enter({1, 5}));
  std::vector<std::shared_ptr<Waiter>> waiters;
  for (int i = 0; i < 3; ++i) bulkhead.enter_or_wait({1, 5}, waiters.emplace_back(std::make_shared<Waiter>()));
  bulkhead.leave({3, 5});  // reloaded
  EXPECT_EQ(std::count_if(waiters.begin(), waiters.end(), [](const auto& w) { return w->state() == Wait::granted; }), 3);
}

TEST(Bulkhead, CountsStayRightInAnyOrder) {
  EXPECT_TRUE(rc::check([] {
    Bulkhead bulkhead;
    const BulkheadRule rule{static_cast<std::uint32_t>(*rc::gen::inRange(1, 4)), static_cast<std::uint32_t>(*rc::gen::inRange(0, 4))};
    std::vector<std::shared_ptr<Waiter>> all;
    std::uint32_t inside = 0;
    for (int i = 0; i < 200; ++i) {
      const auto what = *rc::gen::inRange(0, 3);
      if (what == 0) {
        const auto waiter = std::make_shared<Waiter>();
        const auto state = bulkhead.enter_or_wait(rule, waiter);
        if (state == Wait::granted) ++inside;
        if (state == Wait::waiting) all.push_back(waiter);
      } else if (what == 1 && inside > 0) {
        --inside;
        bulkhead.leave(rule);
      } else if (what == 2 && !all.empty()) {
        if (bulkhead.give_up(all.back())) all.pop_back();
      }
      inside += static_cast<std::uint32_t>(std::erase_if(all, [](const auto& w) { return w->state() == Wait::granted; }));
      std::erase_if(all, [](const auto& w) { return w->state() == Wait::shed; });
      RC_ASSERT(inside == bulkhead.inflight());
      RC_ASSERT(inside <= rule.inflight);
      RC_ASSERT(all.size() == bulkhead.waiting());
      RC_ASSERT(all.size() <= rule.queue);
      RC_ASSERT(all.empty() || inside == rule.inflight);  // nobody waits beside a free place
    }
  }));
}

TEST(Bulkhead, ManyThreadsNeverExceedItAndNobodyIsForgotten) {
  Bulkhead bulkhead;
  const BulkheadRule rule{3, 100};
  std::atomic<int> inside{0}, most{0}, served{0};
  const auto work = [&] {
    for (int i = 0; i < 3000; ++i) {
      const auto waiter = std::make_shared<Waiter>();
      auto state = bulkhead.enter_or_wait(rule, waiter);
      while (state == Wait::waiting) {
        std::this_thread::yield();
        state = waiter->state();
      }
      const int now = ++inside;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      --inside;
      ++served;
      bulkhead.leave(rule);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(served, 18'000);
  EXPECT_LE(most, 3);
  EXPECT_EQ(bulkhead.inflight(), 0u);
  EXPECT_EQ(bulkhead.waiting(), 0u);
}

}  // namespace
}  // namespace banyan::resilience
