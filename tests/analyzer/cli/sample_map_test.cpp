// Maps the sample for the tests that need its map (a fixture of ctest), and looks at what they rely on.
#include "tests/support/sample_map.hpp"

#include <gtest/gtest.h>

namespace banyan::support {
namespace {

TEST(SampleMap, IsThereAndFoundAgain) {
  const auto map = sample_map();
  for (const char* name : {"banyan.db", "contexts.json", "report.html", "router.yaml"}) {
    EXPECT_TRUE(std::filesystem::exists(map.out / name)) << name;
  }
  const auto written = std::filesystem::last_write_time(map.out / "contexts.json");
  EXPECT_EQ(std::filesystem::last_write_time(sample_map().out / "contexts.json"), written) << "mapped twice";
}

}  // namespace
}  // namespace banyan::support
