#include "extracted_services/service/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::service {
namespace {

using testing::HasSubstr;

TEST(Metrics, CountsByOperationAndStatusWithCumulativeBuckets) {
  Metrics metrics;
  for (const int millis : {0, 3, 3, 9000}) {
    metrics.begin();
    metrics.end("getStock", millis == 9000 ? 500 : 200, std::chrono::milliseconds(millis), millis == 0);
  }
  metrics.begin();
  metrics.refused(400);
  const auto text = metrics.text({.commits = 2, .writes = 9, .failed = 1}, 4, true);
  EXPECT_THAT(text, HasSubstr("banyan_service_requests_total{operation=\"getStock\",status=\"200\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("banyan_service_requests_total{operation=\"getStock\",status=\"500\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("banyan_service_request_seconds_bucket{operation=\"getStock\",le=\"0.000500\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("banyan_service_request_seconds_bucket{operation=\"getStock\",le=\"0.005000\"} 3\n"));
  EXPECT_THAT(text,
              HasSubstr("banyan_service_request_seconds_bucket{operation=\"getStock\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("banyan_service_request_seconds_sum{operation=\"getStock\"} 9.006000\n"));
  EXPECT_THAT(text, HasSubstr("banyan_service_in_flight 1\n"));
  EXPECT_THAT(text, HasSubstr("banyan_service_refused_total{status=\"400\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("banyan_service_replayed_total 1\n"));
  EXPECT_THAT(text, HasSubstr("banyan_store_commits_total 2\n"));
  EXPECT_THAT(text, HasSubstr("banyan_store_queued_writes 4\n"));
  EXPECT_THAT(text, HasSubstr("banyan_service_draining 1\n"));
}

}  // namespace
}  // namespace banyan::service
