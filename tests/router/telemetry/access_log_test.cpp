#include "router/telemetry/access_log.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include <fcntl.h>
#include <unistd.h>

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

}  // namespace
}  // namespace banyan::telemetry
