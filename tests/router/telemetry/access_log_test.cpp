#include "router/telemetry/access_log.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <mutex>
#include <sstream>

namespace banyan::telemetry {
namespace {

TEST(AccessEntry, IsValidJsonWhateverTheBytes) {
  AccessEntry entry;
  std::string target = "/";
  for (int c = 1; c < 256; ++c) target += static_cast<char>(c);
  entry.target = target;
  entry.unix_ms = 1'795'420'800'042;
  std::string line;
  append_json(line, entry);
  const auto object = boost::json::parse(line).as_object();
  EXPECT_EQ(object.at("time").as_string(), "2026-11-23T08:00:00.042Z");
  EXPECT_TRUE(object.at("target").as_string().starts_with("/"));
}

TEST(AccessLog, WritesEveryLineOfEveryWriter) {
  const support::TempDir dir;
  const auto file = dir / "access.log";
  {
    AccessLog log(file);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        AccessLog::Writer writer(&log);
        for (int i = 0; i < 2000; ++i) {
          AccessEntry entry;
          entry.target = "/x";
          writer.add(entry);
        }
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(log.dropped_lines(), 0u);
  }
  std::istringstream text(support::read_file(file));
  int lines = 0;
  for (std::string line; std::getline(text, line); ++lines) EXPECT_TRUE(boost::json::parse(line).is_object());
  EXPECT_EQ(lines, 8000);
}

TEST(AccessLog, DropsAndCountsWhenNobodyTakesItsLines) {
  const support::TempDir dir;
  const auto pipe = dir / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  {
    AccessLog log(pipe);
    AccessLog::Writer writer(&log);
    AccessEntry entry;
    const std::string target(1000, 'x');
    entry.target = target;
    for (int i = 0; i < 20'000; ++i) writer.add(entry);
    EXPECT_GT(log.dropped_lines(), 0u);
    ::close(reader);  // the writing thread, stuck until now, is told so
  }
}


std::size_t whole_lines(const std::string& file) {
  std::istringstream text(support::read_file(file));
  std::size_t lines = 0;
  for (std::string line; std::getline(text, line);) {
    boost::system::error_code broken;
    lines += boost::json::parse(line, broken).is_object() && !broken;
  }
  return lines;
}

AccessEntry some_entry() {
  AccessEntry entry;
  entry.target = "/x";
  return entry;
}

void add_line(AccessLog& log) {
  AccessLog::Writer writer(&log);
  writer.add(some_entry());
}

TEST(AccessLog, RotationNeedsNoSignal) {
  const support::TempDir dir;
  const auto file = dir / "access.log", old = dir / "access.log.1";
  AccessLog log(file);
  add_line(log);
  ASSERT_TRUE(support::eventually([&] { return whole_lines(file) == 1; }));
  std::filesystem::rename(file, old);
  add_line(log);
  ASSERT_TRUE(support::eventually([&] { return std::filesystem::exists(file) && whole_lines(file) == 1; }));
  std::filesystem::remove(file);
  add_line(log);
  EXPECT_TRUE(support::eventually([&] { return std::filesystem::exists(file) && whole_lines(file) == 1; }));
  EXPECT_EQ(whole_lines(old), 1u);
  EXPECT_EQ(log.dropped_lines(), 0u);
}

TEST(AccessLog, AFullDiskLosesLinesAndSaysSoUntilThereIsRoom) {
  const support::TempDir dir;
  const auto file = dir / "access.log";
  std::filesystem::create_symlink("/dev/full", file);
  std::mutex mutex;
  std::vector<std::string> reports;
  AccessLog log(file, [&](bool error, const std::string& line) {
    const std::lock_guard lock(mutex);
    reports.push_back((error ? "error: " : "") + line);
  });
  for (std::uint64_t i = 1; i <= 3; ++i) {
    add_line(log);
    ASSERT_TRUE(support::eventually([&] { return log.dropped_lines() == i; }));
  }
  EXPECT_TRUE(support::eventually([&] { return log.problem() == "access log " + file.string() + ": No space left on device; lines are being lost"; }));
  std::filesystem::remove(file);  // there is room again, under the same name
  add_line(log);
  EXPECT_TRUE(support::eventually([&] { return log.problem().empty(); }));
  EXPECT_EQ(whole_lines(file), 1u);
  EXPECT_TRUE(support::eventually([&] {
    const std::lock_guard lock(mutex);
    return reports.size() == 2;
  }));
  EXPECT_EQ(reports[1], "access log " + file.string() + ": lines are written again");
}

// A disk that fills in the middle of a line, by the kernel's own limit on the size of files.
TEST(AccessLog, HalfALineSpoilsNoOther) {
  const support::TempDir dir;
  const auto file = dir / "access.log";
  std::string line;
  append_json(line, some_entry());
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlim_t usual = limit.rlim_cur;
  AccessLog log(file);
  add_line(log);
  ASSERT_TRUE(support::eventually([&] { return whole_lines(file) == 1; }));
  limit.rlim_cur = line.size() + line.size() / 2;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  add_line(log);
  const bool lost = support::eventually([&] { return log.dropped_lines() == 1; });
  limit.rlim_cur = usual;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  EXPECT_TRUE(lost);
  add_line(log);
  add_line(log);
  EXPECT_TRUE(support::eventually([&] { return whole_lines(file) == 3; })) << support::read_file(file);
}

}  // namespace
}  // namespace banyan::telemetry
