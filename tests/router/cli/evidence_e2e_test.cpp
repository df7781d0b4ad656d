// What gates have counted and comparisons have learned, over restarts of the real program: ended, killed, changed, broken, full.
#include "router/cutover/evidence.hpp"
#include "tests/router/cli/named_upstream.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sys/mount.h>
#include <sys/wait.h>

namespace banyan::cli {
namespace {

namespace json = boost::json;
using support::eventually;

constexpr std::uint64_t never_enough = 1'000'000;

class EvidenceInTheProgram : public testing::Test {
 protected:
  void configure(const std::string& plan, const std::string& compare = "") {
    support::write_file(dir_ / "router.yaml",
                        "version: 1\n"
                        "static: { listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", state: state.db, timeouts: { drain: 1s } }\n"
                        "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
                        "upstreams:\n"
                        "  monolith: { endpoints: [ \"" + legacy_.address() + "\" ] }\n"
                        "  orders: { endpoints: [ \"" + fresh_.address() + "\" ] }\n"
                        "gates:\n"
                        "  many: { min_samples: " + std::to_string(never_enough) + ", error_rate: { max: 5% } }\n"
                        "  parity: { min_samples: " + std::to_string(never_enough) + ", diff_rate: { max: 1% } }\n"
                        "cutovers:\n"
                        "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: orders, " + compare + "\n"
                        "      plan: " + plan + " }\n");
  }
  void run() {
    router_ = std::make_unique<support::Process>(std::vector<std::string>{program, "run", "-c", config()},
                                                 dir_ / ("run" + std::to_string(++starts_) + ".log"));
    listen_ = router_->wait_for_line("listening on http://");
    admin_ = router_->wait_for_line("admin on http://");
    router_->wait_for_line("status: ");
  }
  void end() {
    router_->send(SIGTERM);
    ASSERT_EQ(router_->wait(), 0) << router_->log_text();
  }
  void restart() {
    end();
    run();
  }
  void promote() {
    const auto done = support::run({program, "promote", "orders", "-c", config()});
    ASSERT_EQ(done.exit_code, 0) << done.err;
  }
  void ask(int callers) {
    support::HttpClient client(listen_);
    for (int i = 0; i < callers; ++i) client.get("/orders/1", {{"X-Id", std::to_string(next_++)}});
  }
  // Samples of the gate of the step that orders is in.
  std::uint64_t counted() const {
    const json::value row = json::parse(support::HttpClient(admin_).get("/api/v1/cutovers/orders").body);
    for (const json::value& block : row.at("blockers").as_array())
      if (block.at("kind") == "gate") return block.as_object().contains("have") ? block.at("have").to_number<std::uint64_t>() : 0;
    ADD_FAILURE() << json::serialize(row);
    return 0;
  }
  bool counts(std::uint64_t most) const {
    return eventually([&] { return counted() >= most; }, std::chrono::seconds(30));
  }
  // A canary that has seen some of 200 callers; what its gate counts.
  std::uint64_t counting_canary() {
    configure(canary);
    run();
    promote();
    ask(200);
    EXPECT_TRUE(counts(50));
    return counted();
  }
  std::string diff() const { return support::HttpClient(admin_).get("/api/v1/cutovers/orders/diff").body; }
  std::string status() const { return support::HttpClient(admin_).get("/api/v1/status").body; }
  std::string config() const { return (dir_ / "router.yaml").string(); }
  std::string file() const { return (dir_ / "state.db.evidence").string(); }

  static constexpr const char* canary = "[ { stage: canary, percent: 50, gate: many }, { stage: live } ]";
  static constexpr const char* shadow = "[ { stage: shadow, percent: 100, gate: parity }, { stage: live } ]";
  support::TempDir dir_;
  NamedUpstream legacy_{"legacy"}, fresh_{"new"};
  std::unique_ptr<support::Process> router_;
  std::string listen_, admin_;
  int starts_ = 0, next_ = 0;
};

TEST_F(EvidenceInTheProgram, ARestartKeepsItAndAChangedDefinitionDoesNot) {
  const auto before = counting_canary();
  restart();
  EXPECT_EQ(counted(), before);
  ask(100);
  EXPECT_TRUE(counts(before + 20));
  const auto after = counted();
  restart();
  EXPECT_EQ(counted(), after) << "nothing is counted twice";
  end();
  configure(canary, "compare: { noise: 10% },");
  run();
  EXPECT_EQ(counted(), 0u);
}

TEST_F(EvidenceInTheProgram, KillLosesWhatCameAfterTheNewestCheckpointAndNoMore) {
  const auto before = counting_canary();
  ASSERT_TRUE(eventually([&] {
    const auto kept = cutover::EvidenceStore(file()).load();
    const auto found = kept.steps.find("orders");
    return found != kept.steps.end() && found->second.numbers.fresh.requests == before;
  }, std::chrono::seconds(30)));
  ask(20);
  router_->kill_hard();
  run();
  const auto after = counted();
  EXPECT_GE(after, before);
  EXPECT_LE(after, before + 20);
}

TEST_F(EvidenceInTheProgram, LearnedNoiseAndComparisonsAreKept) {
  configure(shadow, "compare: { noise: 50% },");
  run();
  promote();
  ask(40);
  ASSERT_TRUE(counts(30)) << diff();
  // Callers may have their answers before their copies are compared.
  ASSERT_TRUE(eventually([&] {
    const json::value counts = json::parse(diff()).at("report").at("counts");
    return counts.at("equal").to_number<int>() + counts.at("different").to_number<int>() + counts.at("waiting").to_number<int>() == 40;
  }, std::chrono::seconds(30))) << diff();
  end();
  const auto kept = cutover::EvidenceStore(file()).load();
  EXPECT_EQ(kept.steps.at("orders").numbers.equal + kept.steps.at("orders").numbers.different, 40u) << "decided at the end";
  EXPECT_FALSE(kept.noise.at("orders").bytes.empty());
  run();
  EXPECT_EQ(counted(), 40u);
  const json::value diff_again = json::parse(diff());
  EXPECT_EQ(diff_again.at("report").at("counts").at("different"), 0) << "the report is of this process";
}

TEST_F(EvidenceInTheProgram, ABrokenFileIsNamedAndCountsAsNothing) {
  counting_canary();
  end();
  support::write_file(file(), std::string(8192, 'x'));
  run();
  EXPECT_EQ(counted(), 0u);
  EXPECT_NE(router_->log_text().find("state.db.evidence cannot be used"), std::string::npos) << router_->log_text();
  EXPECT_TRUE(std::filesystem::exists(file() + ".broken"));
  ask(100);
  EXPECT_TRUE(counts(20));
}

class EvidenceOnAFullDisk : public EvidenceInTheProgram {
 protected:
  // In a mount namespace of the calling process only. Root needs no user namespace.
  static bool mount_over(const std::string& folder) {
    const int flags = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS;
    return ::unshare(flags) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("none", folder.c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  static void fill(const std::string& filler) {
    const int fd = ::open(filler.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(fd, 0);
    const std::string piece(4096, 'x');
    while (TEMP_FAILURE_RETRY(::write(fd, piece.data(), piece.size())) > 0) {
    }
    ::close(fd);
  }
};

// A thread that serves as upstream does not outlive fork(): the child makes its own.
TEST(EvidenceFullDisk, DoesNotStopServing) {
  struct Story : EvidenceOnAFullDisk {
    using EvidenceOnAFullDisk::mount_over;
    void TestBody() override {
      counting_canary();
      fill((dir_ / "filler").string());
      ask(100);
      ASSERT_TRUE(eventually([&] {
        ask(5);  // something new to write
        return status().find("what gates count is not kept") != std::string::npos;
      }, std::chrono::seconds(60))) << router_->log_text();
      const auto before = counted();
      ask(50);
      EXPECT_TRUE(counts(before + 5));
      std::filesystem::remove(dir_ / "filler");
      ASSERT_TRUE(eventually([&] { return router_->log_text().find("what gates count is kept again") != std::string::npos; }, std::chrono::seconds(60)))
          << router_->log_text();
      const auto last = counted();
      restart();
      EXPECT_EQ(counted(), last);
    }
  };
  const support::TempDir disk;
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    if (!Story::mount_over(disk.path().string())) ::_exit(77);
    ::setenv("TMPDIR", disk.path().c_str(), 1);
    Story().TestBody();
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int result = 0;
  ASSERT_EQ(TEMP_FAILURE_RETRY(::waitpid(pid, &result, 0)), pid);
  ASSERT_TRUE(WIFEXITED(result)) << "signal " << WTERMSIG(result);
  if (WEXITSTATUS(result) == 77) GTEST_SKIP() << "mounting a small file system is not permitted here";
  EXPECT_EQ(WEXITSTATUS(result), 0);
}

}  // namespace
}  // namespace banyan::cli
