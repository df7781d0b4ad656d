// kill -9 in the middle of writing: SQLite's file layer is wrapped so that the process dies at its n-th
// operation.
#include "router/cutover/audit.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <sqlite3.h>
#include <sys/wait.h>

namespace banyan::cutover {
namespace {

int operations_left = 0;  // in the child only

void maybe_die() {
  if (--operations_left == 0) ::kill(::getpid(), SIGKILL);
}

// One table of methods for all files: the real ones, with those that change anything counted.
const sqlite3_io_methods* real_methods = nullptr;
sqlite3_io_methods counted_methods;
sqlite3_vfs counted_vfs;
sqlite3_vfs* real_vfs = nullptr;

int counted_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  maybe_die();
  return real_methods->xWrite(file, bytes, size, offset);
}
int counted_sync(sqlite3_file* file, int flags) {
  maybe_die();
  return real_methods->xSync(file, flags);
}
int counted_truncate(sqlite3_file* file, sqlite3_int64 size) {
  maybe_die();
  return real_methods->xTruncate(file, size);
}
int counted_delete(sqlite3_vfs*, const char* name, int sync) {
  maybe_die();
  return real_vfs->xDelete(real_vfs, name, sync);
}
int counted_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  maybe_die();
  const int code = real_vfs->xOpen(real_vfs, name, file, flags, out);
  if (file->pMethods) {
    real_methods = file->pMethods;
    counted_methods = *real_methods;
    counted_methods.xWrite = counted_write;
    counted_methods.xSync = counted_sync;
    counted_methods.xTruncate = counted_truncate;
    file->pMethods = &counted_methods;
  }
  return code;
}

void count_operations() {
  real_vfs = sqlite3_vfs_find(nullptr);
  counted_vfs = *real_vfs;
  counted_vfs.zName = "counted";
  counted_vfs.pNext = nullptr;
  counted_vfs.xOpen = counted_open;
  counted_vfs.xDelete = counted_delete;
  sqlite3_vfs_register(&counted_vfs, 1);
}

Entry step(Weight weight) {
  Entry out;
  out.time = std::chrono::system_clock::now();
  out.who = "ada";
  out.cutover = "orders";
  out.next.stage = Stage::canary;
  out.next.weight = weight;
  return out;
}

// Appends record after record, telling through the pipe which one is known to be written; dies on the way.
[[noreturn]] void child(const std::string& path, int die_at, int pipe) {
  count_operations();
  operations_left = die_at;
  Journal journal(path, Journal::Access::read_write, std::chrono::milliseconds(1000));
  for (Weight weight = 1; weight <= 4; ++weight) {
    if (!journal.append(step(weight), std::chrono::milliseconds(1000))) ::_exit(3);
    if (::write(pipe, &weight, sizeof weight) != sizeof weight) ::_exit(4);
  }
  ::_exit(0);
}

TEST(Crash, LeavesTheStateBeforeOrAfterAtEveryFileOperation) {
  int deaths = 0;
  for (int die_at = 1;; ++die_at) {
    const support::TempDir scratch;
    const std::string path = (scratch / "s.db").string();
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) child(path, die_at, ends[1]);
    ::close(ends[1]);
    Weight acknowledged = 0;
    for (Weight weight = 0; ::read(ends[0], &weight, sizeof weight) == sizeof weight;) acknowledged = weight;
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);

    Journal after(path, Journal::Access::read_write, std::chrono::milliseconds(1000));
    ASSERT_FALSE(after.trouble()) << "operation " << die_at << ": " << after.trouble()->what;
    const Weight found = after.states().contains("orders") ? after.states().at("orders").weight : Weight{0};
    EXPECT_GE(found, acknowledged) << "operation " << die_at;
    EXPECT_LE(found, acknowledged + 1) << "operation " << die_at;
    EXPECT_TRUE(after.append(step(99), std::chrono::milliseconds(1000))) << "operation " << die_at;
    EXPECT_TRUE(after.verify().ok());
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
      break;
    }
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    ++deaths;
  }
  EXPECT_GT(deaths, 20);
}

// A group is one transaction: after a death at any operation all of its members have moved, or none.
TEST(Crash, AGroupHasMovedAsAWholeOrNotAtAll) {
  const auto entry = [](const char* name) {
    Entry out = step(10);
    out.cutover = name;
    return out;
  };
  int before = 0, whole = 0;
  for (int die_at = 1;; ++die_at) {
    const support::TempDir scratch;
    const std::string path = (scratch / "s.db").string();
    ASSERT_TRUE(Journal(path, Journal::Access::read_write, std::chrono::milliseconds(1000)).append(step(1), std::chrono::milliseconds(1000)));
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      count_operations();
      operations_left = die_at;
      Journal journal(path, Journal::Access::read_write, std::chrono::milliseconds(1000));
      ::_exit(journal.append_all({entry("carts"), entry("orders"), entry("stock")}, std::chrono::milliseconds(1000)) ? 0 : 3);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    Journal after(path, Journal::Access::read_write, std::chrono::milliseconds(1000));
    ASSERT_FALSE(after.trouble()) << "operation " << die_at << ": " << after.trouble()->what;
    const auto moved = [&after](const char* name) {
      const auto found = after.states().find(name);
      return found != after.states().end() && found->second.weight == 10;
    };
    EXPECT_EQ(moved("carts"), moved("orders")) << "operation " << die_at;
    EXPECT_EQ(moved("carts"), moved("stock")) << "operation " << die_at;
    ++(moved("carts") ? whole : before);
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
      break;
    }
  }
  EXPECT_GT(before, 3);
  EXPECT_GT(whole, 0);
}

}  // namespace
}  // namespace banyan::cutover
