// No space left under the journal: a small file system of its own, filled to the last byte.
#include "router/cutover/audit.hpp"
#include "tests/router/admin/fixture.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sys/mount.h>
#include <sys/wait.h>

namespace banyan::admin {
namespace {

using cutover::Verb;

constexpr int kNotPermitted = 77;

// In a mount namespace of the calling process only, so nothing is left behind. Root needs no user namespace.
bool mount_small_disk(const std::string& folder) {
  const int flags = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS;
  return ::unshare(flags) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("none", folder.c_str(), "tmpfs", 0, "size=512k") == 0;
}

void fill(const std::string& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(fd, 0);
  const std::string piece(4096, 'x');
  ssize_t written = 0;
  do written = ::write(fd, piece.data(), piece.size());
  while (written > 0);
  EXPECT_EQ(errno, ENOSPC);
  ::close(fd);
}

std::string who_decided(const std::string& state, const std::string& cutover) {
  const cutover::Journal journal(state, cutover::Journal::Access::read_only, std::chrono::seconds(1));
  EXPECT_TRUE(journal.verify().ok());
  return describe(journal.states().at(cutover));
}

void full_disk_story(const std::string& disk) {
  ::setenv("TMPDIR", disk.c_str(), 1);
  Shop shop;
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote_full), ada));
  fill(disk + "/filler");

  const auto refused = control->command("stock", command(Verb::promote), ada);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ControlError::Kind::journal);
  EXPECT_NE(refused.error().what.find("full"), std::string::npos) << refused.error().what;
  EXPECT_EQ(stage(*control, "stock"), "legacy");

  const auto back = control->command("orders", command(Verb::rollback), ada);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->persisted, "sidecar");
  EXPECT_EQ(stage(*control, "orders"), "rolled_back");

  control.reset();  // a restart while the disk is still full
  EXPECT_EQ(who_decided(shop.state(), "orders"), "live");
  control = shop.open();
  EXPECT_EQ(stage(*control, "orders"), "rolled_back");
  EXPECT_EQ(control->unfolded_rollbacks(), 1u);

  std::filesystem::remove(disk + "/filler");
  control->tick();
  EXPECT_EQ(control->unfolded_rollbacks(), 0u);
  EXPECT_EQ(who_decided(shop.state(), "orders"), "rolled_back");
  EXPECT_TRUE(control->command("stock", command(Verb::promote), ada));
}

TEST(FullDisk, RefusesToPromoteStillRollsBackAndLosesNothing) {
  const support::TempDir disk;
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    if (!mount_small_disk(disk.path().string())) ::_exit(kNotPermitted);
    full_disk_story(disk.path().string());
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  if (WEXITSTATUS(status) == kNotPermitted)
    GTEST_SKIP() << "mounting a small file system is not permitted here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace banyan::admin
