#include "extracted_services/service/suggest.hpp"

#include <gtest/gtest.h>

namespace banyan::service {
namespace {

TEST(Nearest, FindsTheTypoAndLeavesNonsenseAlone) {
  const std::vector<std::string> known{"run", "import", "openapi", "--listen", "--log-level"};
  EXPECT_EQ(nearest("rum", known), "run");
  EXPECT_EQ(nearest("improt", known), "import");
  EXPECT_EQ(nearest("--lisen", known), "--listen");
  EXPECT_EQ(nearest("completely-else", known), "");
}

}  // namespace
}  // namespace banyan::service
