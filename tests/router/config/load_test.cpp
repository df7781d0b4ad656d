#include "router/config/load.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace banyan::config {
namespace {

LoadResult load(const std::string& text) { return load_text(text, "conf/router.yaml"); }

TEST(Load, FillsInTheDefaultsOfTheSmallestFile) {
  const auto loaded = load("version: 1\nupstreams: { only: { endpoints: [ \"127.0.0.1:8081\" ] } }\n");
  ASSERT_TRUE(loaded.config) << format(loaded.diagnostics);
  EXPECT_EQ(loaded.config->upstreams[loaded.config->default_upstream].name, "only");
  EXPECT_EQ(loaded.config->fixed.listen, (Address{"127.0.0.1", 8080}));
  EXPECT_EQ(loaded.config->fixed.state, "conf/banyan-state.db");
  EXPECT_EQ(loaded.config->fixed.kill_file, "conf/banyan-state.db.kill");
  EXPECT_EQ(loaded.config->hash.size(), 64u);
}

TEST(Load, AcceptsJsonAsASubset) {
  const auto loaded = load(
      R"({"version": 1, "upstreams": {"m": {"endpoints": ["127.0.0.1:8081"], "timeouts": {"response": "2s"}}}})");
  ASSERT_TRUE(loaded.config) << format(loaded.diagnostics);
  EXPECT_EQ(loaded.config->upstreams[0].timeouts.response, milliseconds(2000));
}

TEST(Load, GivesCutoversWithoutAPlanTheDefaultOne) {
  const auto loaded = load(
      "version: 1\nupstreams: { monolith: { endpoints: [ \"a:1\" ] }, b: { endpoints: [ \"b:1\" ] } }\n"
      "cohort: { key: peer, salt: s }\n"
      "cutovers:\n"
      "  - { name: reads, match: { methods: [ GET ], path: /r }, to: b }\n"
      "  - { name: writes, match: { methods: [ POST ], path: /w }, to: b }\n");
  ASSERT_TRUE(loaded.config) << format(loaded.diagnostics);
  EXPECT_EQ(loaded.config->cutovers[0].plan.front().stage, cutover::Stage::shadow);
  EXPECT_EQ(loaded.config->cutovers[1].plan.front().stage, cutover::Stage::canary);
  EXPECT_EQ(loaded.config->cutovers[1].plan.back().stage, cutover::Stage::live);
  EXPECT_EQ(loaded.config->cutovers[0].hash_prefix, std::string("reads\0", 6));
}

TEST(Load, TakesTheSaltFromTheEnvironmentAndOnlyThere) {
  ::setenv("BANYAN_TEST_SALT", "pepper", 1);
  const std::string text =
      "version: 1\nupstreams: { m: { endpoints: [ \"a:1\" ] } }\ncohort: { key: peer, salt: "
      "\"${BANYAN_TEST_SALT}\" }\n";
  const auto loaded = load(text);
  ASSERT_TRUE(loaded.config) << format(loaded.diagnostics);
  EXPECT_EQ(loaded.config->cohort.salt, "pepper");
  ::unsetenv("BANYAN_TEST_SALT");
  const auto without = load(text);
  ASSERT_EQ(without.diagnostics.size(), 1u);
  EXPECT_EQ(without.diagnostics[0].line, 3u);
}

TEST(Load, NamesAFileThatIsNotThere) {
  const auto loaded = load_file("/nowhere/router.yaml");
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_NE(format(loaded.diagnostics).find("/nowhere/router.yaml: error: cannot read"), std::string::npos);
}

TEST(Peek, FindsTheAdminListenerOfABrokenFile) {
  const std::string path = testing::TempDir() + "/broken.yaml";
  for (const char* tail : {"cutoverz: 1\n", "upstreams: { monolith: [ }\n"}) {
    std::ofstream(path)
        << "version: 1\nstatic: { listen: nonsense, admin: \"127.0.0.1:7001\", state: \"s.db\" }\n"
        << tail;
    EXPECT_FALSE(load_file(path).config);
    EXPECT_EQ(peek_static(path).admin.port, 7001) << tail;
    EXPECT_TRUE(peek_static(path).state.ends_with("/s.db")) << tail;
  }
}

}  // namespace
}  // namespace banyan::config
