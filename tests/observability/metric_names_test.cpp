#include "tests/observability/metric_names.hpp"

#include <gmock/gmock.h>

namespace banyan::observability {
namespace {

using ::testing::ElementsAre;

TEST(MetricNames, AreReadFromScrapesAndTexts) {
  const auto families = declared("# HELP banyan_a_seconds x\n# TYPE banyan_a_seconds histogram\nbanyan_a_seconds_sum 1\n# TYPE banyan_b_count gauge\n");
  EXPECT_THAT(families, ElementsAre("banyan_a_seconds", "banyan_b_count"));
  EXPECT_THAT(mentioned("rate(banyan_a_seconds_bucket{le=\"1\"}[5m]) / banyan_b_count + banyan_c_total; notbanyan_d", families),
              ElementsAre("banyan_a_seconds", "banyan_b_count", "banyan_c_total"));
  EXPECT_THAT(missing_from({"a", "b"}, {"b", "c"}), ElementsAre("c"));
}

}  // namespace
}  // namespace banyan::observability
