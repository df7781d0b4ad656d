#include "router/config/load.hpp"
#include "router/upstreams/health_checker.hpp"
#include "tests/conformance/recording_upstream.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::upstreams {
namespace {

using support::eventually;

TEST(HealthChecker, FollowsWhatTheHealthPathSays) {
  conformance::RecordingUpstream upstream;
  const auto loaded = config::load_text(
      "version: 1\nupstreams:\n  one: { endpoints: [ \"127.0.0.1:" + std::to_string(upstream.port()) +
          "\" ], health: { path: /readyz, interval: 100ms, timeout: 500ms } }\ndefault: one\n",
      "router.yaml");
  ASSERT_TRUE(loaded.config) << config::format(loaded.diagnostics);
  Directory directory;
  const auto set = directory.set_for(loaded.config, 0);
  const auto& endpoint = *set->groups[0].endpoints[0];
  HealthChecker checker([&] { return loaded.config; }, directory);
  checker.start();
  EXPECT_EQ(upstream.requests(1)[0].first_line, "GET /readyz HTTP/1.1");
  EXPECT_TRUE(endpoint.healthy);
  upstream.answer_bytes("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return !endpoint.healthy; }));
  upstream.answer_bytes(conformance::plain_ok);
  EXPECT_TRUE(eventually([&] { return endpoint.healthy.load(); }));
  upstream.stop_listening();
  EXPECT_TRUE(eventually([&] { return !endpoint.healthy; }));
  checker.stop();
}

}  // namespace
}  // namespace banyan::upstreams
