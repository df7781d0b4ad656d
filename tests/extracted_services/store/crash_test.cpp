// kill -9 of a process that commits groups: what was acknowledged is there, what was one write is there as a
// whole.
#include "extracted_services/store/write_queue.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <future>
#include <sys/wait.h>

namespace banyan::store {
namespace {

constexpr int rounds = 12;

// Each write is two rows; its number goes down the pipe only after its commit.
[[noreturn]] void write_for_ever(const std::filesystem::path& file, int acknowledgements,
                                 std::int64_t first) {
  WriteQueue queue(open_writer(file));
  std::atomic<int> waiting = 0;
  for (std::int64_t id = first;; ++id) {
    while (waiting > 64) std::this_thread::yield();
    ++waiting;
    const Work work = [id](Connection& db) {
      db.run("INSERT INTO debit(id) VALUES (?1)", id);
      db.run("INSERT INTO credit(id) VALUES (?1)", id);
    };
    const Done done = [&waiting, acknowledgements, id](std::exception_ptr error) {
      --waiting;
      if (!error && ::write(acknowledgements, &id, sizeof id) != sizeof id) ::_exit(1);
    };
    if (!queue.submit(work, done)) ::_exit(1);
  }
}

std::int64_t read_acknowledgements(int from, int at_least) {
  std::int64_t last = 0, id = 0;
  for (int i = 0; i < at_least && ::read(from, &id, sizeof id) == sizeof id; ++i) last = id;
  return last;
}

std::int64_t drain(int from, std::int64_t last) {
  std::int64_t id = 0;
  while (::read(from, &id, sizeof id) == sizeof id) last = id;
  return last;
}

std::int64_t number(const std::filesystem::path& file, const char* sql) {
  const auto db = open_reader(file);
  auto row = db->query(sql);
  row.next();
  return row.integer(0);
}

TEST(Crash, AcknowledgedWritesSurviveKillAndNoneIsHalf) {
  const support::TempDir dir;
  const auto file = dir / "crash.db";
  open_writer(file)->execute(
      "CREATE TABLE debit(id INTEGER PRIMARY KEY); CREATE TABLE credit(id INTEGER PRIMARY KEY)");
  for (int round = 0; round < rounds; ++round) {
    const auto first = number(file, "SELECT coalesce(max(id), 0) + 1 FROM debit");
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      write_for_ever(file, ends[1], first);
    }
    ::close(ends[1]);
    auto last = read_acknowledgements(ends[0], 40 + 37 * round);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    last = drain(ends[0], last);
    ::close(ends[0]);
    ASSERT_GE(last, first) << "the child acknowledged nothing";
    // Opening as the writer recovers the log the way the service does after a crash.
    ASSERT_NO_THROW(open_writer(file));
    EXPECT_GE(number(file, "SELECT max(id) FROM debit"), last);
    EXPECT_EQ(number(file, "SELECT count(*) FROM debit"), number(file, "SELECT max(id) FROM debit"))
        << "a gap";
    EXPECT_EQ(number(file, "SELECT count(*) FROM debit WHERE id NOT IN (SELECT id FROM credit)"), 0);
    EXPECT_EQ(number(file, "SELECT count(*) FROM credit WHERE id NOT IN (SELECT id FROM debit)"), 0);
  }
}

}  // namespace
}  // namespace banyan::store
