#include "router/proxy/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

namespace banyan::proxy {
namespace {

struct Probe final : TimerWheel::Entry {
  explicit Probe(const TimerWheel& owner) : wheel(owner) {}
  void on_deadline() override { fired.push_back(wheel.now()); }
  const TimerWheel& wheel;
  std::vector<std::uint64_t> fired;
};

TEST(TimerWheel, FiresOnceAtItsTick) {
  TimerWheel wheel;
  Probe probe(wheel);
  wheel.schedule(probe, 5);
  wheel.advance(4);
  EXPECT_TRUE(probe.fired.empty());
  wheel.advance(3000);
  EXPECT_EQ(probe.fired, std::vector<std::uint64_t>{5});
}

TEST(TimerWheel, LaterAndSoonerDeadlinesBothCount) {
  TimerWheel wheel;
  Probe later(wheel), sooner(wheel), cleared(wheel), destroyed_early(wheel);
  wheel.schedule(later, 5);
  wheel.schedule(later, 2500);
  wheel.schedule(sooner, 2500);
  wheel.schedule(sooner, 7);
  wheel.schedule(cleared, 3);
  cleared.clear_deadline();
  { Probe gone(wheel); wheel.schedule(gone, 4); }
  wheel.advance(5000);
  EXPECT_EQ(later.fired, std::vector<std::uint64_t>{2500});
  EXPECT_EQ(sooner.fired, std::vector<std::uint64_t>{7});
  EXPECT_TRUE(cleared.fired.empty());
}

TEST(TimerWheel, RandomSchedulesFireExactlyWhenDue) {
  std::mt19937 random(7);
  TimerWheel wheel;
  std::vector<std::unique_ptr<Probe>> probes;
  std::vector<std::uint64_t> due;
  for (int i = 0; i < 500; ++i) {
    probes.push_back(std::make_unique<Probe>(wheel));
    due.push_back(1 + random() % 4000);
    wheel.schedule(*probes.back(), 1 + random() % 4000);
    wheel.schedule(*probes.back(), due.back());
  }
  wheel.advance(4001);
  for (std::size_t i = 0; i < probes.size(); ++i) EXPECT_EQ(probes[i]->fired, std::vector<std::uint64_t>{due[i]});
}

}  // namespace
}  // namespace banyan::proxy
