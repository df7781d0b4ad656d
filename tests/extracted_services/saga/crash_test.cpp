// Crash at every durable write of the four databases: count them once, die at each in turn, finish what is
// left with fresh processes, and see that everything adds up. A killed process is tried at every write, the
// two ways of losing power at every other one each; BANYAN_CRASH_ALL=1 tries all at all.
#include "tests/extracted_services/events/crash_vfs.hpp"
#include "tests/extracted_services/saga/world.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace banyan::saga_test {
namespace {

using events_test::CrashVfs;
using events_test::Loss;

constexpr const char* files[] = {"inventory.db", "payments.db", "bank.db", "orders.db"};
constexpr Weather rain{.lose_answer = 10, .twice = 10};

struct Story {
  CrashVfs vfs;
  support::TempDir folder;  // of the lock files; the databases are in the VFS's memory
  std::vector<std::int64_t> acknowledged;
  Millis now = 0;

  bool died() const {
    return std::any_of(std::begin(files), std::end(files),
                       [&](const char* file) { return vfs.is_dead((folder.path() / file).string()); });
  }

  // A supervisor: everything starts again on what is left of the files.
  void restart(std::uint64_t seed) {
    if (vfs.power_is_off()) vfs.reboot(seed);
    for (const char* file : files) vfs.restart((folder.path() / file).string());
  }

  // The orders that have not been acknowledged yet, then whatever is under way.
  void go_on(std::uint64_t seed) {
    World world(folder.path(), seed, rain);
    world.watch([this] { return died(); });
    if (now > 0) world.set_now(now);
    try {
      const Order wishes[] = {{.quantity = 2}, {.quantity = 999, .token = "tok_declined"}, {.quantity = 998}};
      for (auto i = acknowledged.size(); i < std::size(wishes); ++i) acknowledged.push_back(world.place(wishes[i]));
      finished = world.run();
      violations = world.violations();
      for (const auto id : acknowledged)
        if (!saga::find(world.orders(), id)) violations.push_back("an acknowledged order is lost");
    } catch (...) {
      now = world.now();
      throw;
    }
  }

  bool finished = false;
  std::vector<std::string> violations;
};

std::uint64_t count_operations() {
  Story story;
  { World warm_up(story.folder.path(), 1, rain); }
  story.vfs.arm(0, Loss::kill);
  story.go_on(1);
  EXPECT_TRUE(story.finished);
  EXPECT_EQ(story.violations, std::vector<std::string>());
  return story.vfs.operations();
}

// Answers whether it died at all.
bool die_at(std::uint64_t n, Loss loss, Story& story) {
  { World warm_up(story.folder.path(), 1, rain); }
  story.vfs.arm(n, loss);
  bool died = false;
  try {
    story.go_on(1);
  } catch (const World::Died&) {
    died = true;
  } catch (const std::exception&) {
    if (!story.died()) throw;
    died = true;  // while opening or looking
  }
  if (!died && !story.died()) return false;
  story.restart(n);
  story.go_on(n);
  return true;
}

class SagaCrash : public testing::TestWithParam<std::pair<Loss, const char*>> {};
INSTANTIATE_TEST_SUITE_P(All, SagaCrash,
                         testing::Values(std::pair{Loss::kill, "a process killed"},
                                         std::pair{Loss::unsynced, "power lost with all that was not synced"},
                                         std::pair{Loss::some, "power lost with some of what was not synced"}));

TEST_P(SagaCrash, AtEveryDurableWriteEverythingAddsUpAfterwards) {
  const auto [loss, words] = GetParam();
  const auto operations = count_operations();
  std::uint64_t deaths = 0;
  const bool every = loss == Loss::kill || std::getenv("BANYAN_CRASH_ALL");
  for (std::uint64_t n = loss == Loss::some ? 2 : 1; n <= operations; n += every ? 1 : 2) {
    Story story;
    deaths += die_at(n, loss, story) ? 1 : 0;
    ASSERT_TRUE(story.finished) << words << " at write " << n;
    ASSERT_EQ(story.violations, std::vector<std::string>()) << words << " at write " << n;
  }
  std::cout << operations << " durable writes, " << deaths << " deaths: " << words << "\n";
  EXPECT_GT(deaths, 100u);
}

}  // namespace
}  // namespace banyan::saga_test
