#include "router/telemetry/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace banyan::telemetry {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, SumsWorkers) {
  Metrics metrics;
  auto& a = metrics.add_worker();
  auto& b = metrics.add_worker();
  std::thread one([&] {
    for (int i = 0; i < 1000; ++i) a.series("c", "new").finish(AnswerClass::s2xx, 700);
  });
  for (int i = 0; i < 500; ++i) b.series("c", "new").finish(AnswerClass::s5xx, 20'000'000);
  one.join();
  const auto text = metrics.prometheus();
  EXPECT_THAT(text, HasSubstr("banyan_router_requests_total{cutover=\"c\",side=\"new\",class=\"2xx\"} 1000\n"));
  EXPECT_THAT(text, HasSubstr("banyan_router_requests_total{cutover=\"c\",side=\"new\",class=\"5xx\"} 500\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.0005\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.001\"} 1000\n"));
  EXPECT_THAT(text, HasSubstr("le=\"10\"} 1000\n"));
  EXPECT_THAT(text, HasSubstr("le=\"+Inf\"} 1500\n"));
}

TEST(Metrics, EscapesLabelsAndNamesEachFamilyOnce) {
  Metrics metrics;
  metrics.add_worker().series("a\"b\\c\nd", "new").finish(AnswerClass::router_made, 1);
  const auto text = metrics.prometheus();
  EXPECT_THAT(text, HasSubstr("cutover=\"a\\\"b\\\\c\\nd\""));
  const std::string type = "# TYPE banyan_router_requests_total ";
  const auto first = text.find(type);
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find(type, first + 1), std::string::npos);
}

TEST(ClassOf, CoversEveryStatus) {
  EXPECT_EQ(class_of(101), AnswerClass::s1xx);
  EXPECT_EQ(class_of(204), AnswerClass::s2xx);
  EXPECT_EQ(class_of(599), AnswerClass::s5xx);
  EXPECT_EQ(class_of(999), AnswerClass::s5xx);
}

}  // namespace
}  // namespace banyan::telemetry
