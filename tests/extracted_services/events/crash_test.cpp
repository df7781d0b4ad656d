// Crash at every durable write of producer, outbox, relay, log and consumer.
#include "tests/extracted_services/events/world.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace banyan::events_test {
namespace {

std::uint64_t operations_of_an_undisturbed_run() {
  CrashVfs vfs;
  World world(vfs);
  vfs.arm(0, Loss::kill);
  run_script(world);
  return vfs.operations();
}

std::vector<std::string> violations_of_a_run_that_dies_at(std::uint64_t n, Loss loss) {
  CrashVfs vfs;
  World world(vfs);
  vfs.arm(n, loss);
  run_script(world);
  world.settle();
  return world.violations();
}

class Crash : public testing::TestWithParam<std::pair<Loss, const char*>> {};
INSTANTIATE_TEST_SUITE_P(All, Crash,
                         testing::Values(std::pair{Loss::kill, "a process killed"},
                                         std::pair{Loss::unsynced, "power lost with all that was not synced"},
                                         std::pair{Loss::some, "power lost with some of what was not synced"}));

TEST_P(Crash, AtEveryDurableWriteLosesNothingAndDoublesNothing) {
  const auto [loss, words] = GetParam();
  const auto operations = operations_of_an_undisturbed_run();
  for (std::uint64_t n = 1; n <= operations; ++n)
    ASSERT_EQ(violations_of_a_run_that_dies_at(n, loss), std::vector<std::string>()) << words << " at write " << n;
  std::cout << operations << " crash points: " << words << "\n";
  EXPECT_GT(operations, 150u);
}

TEST(CrashAtStart, IsSurvived) {
  CrashVfs counting;
  std::uint64_t operations = 0;
  {
    World world(counting);
    operations = counting.operations();
  }
  for (std::uint64_t n = 1; n <= operations; ++n) {
    CrashVfs vfs;
    vfs.arm(n, n % 2 == 0 ? Loss::kill : Loss::unsynced);
    World world(vfs);
    run_script(world);
    world.settle();
    ASSERT_EQ(world.violations(), std::vector<std::string>()) << "at write " << n;
  }
  std::cout << operations << " crash points: during the first start\n";
}

}  // namespace
}  // namespace banyan::events_test
