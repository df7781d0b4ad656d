#include "router/cutover/sidecar.hpp"

#include "router/cutover/small_file.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::cutover {
namespace {

SidecarEntry entry(const std::string& id, const std::string& cutover) {
  return {id, cutover, {"reason with \"quotes\"", "ada", "2026-01-01T00:00:00.000Z"}};
}

std::vector<std::string> ids(const Sidecar& sidecar) {
  std::vector<std::string> out;
  for (const SidecarEntry& each : sidecar.read()) out.push_back(each.id);
  return out;
}

TEST(Sidecar, KeepsTheNewestOfEachCutoverUntilCleared) {
  const support::TempDir scratch;
  Sidecar sidecar((scratch / "s.db").string());
  ASSERT_TRUE(sidecar.reserve());
  EXPECT_TRUE(sidecar.read().empty());
  ASSERT_TRUE(sidecar.add(entry("1", "a")));
  ASSERT_TRUE(sidecar.add(entry("2", "b")));
  ASSERT_TRUE(sidecar.add(entry("3", "a")));
  EXPECT_EQ(ids(Sidecar((scratch / "s.db").string())), (std::vector<std::string>{"2", "3"}));
  EXPECT_EQ(sidecar.read()[0].note.reason, "reason with \"quotes\"");
  ASSERT_TRUE(sidecar.add(entry("4", "*")));
  EXPECT_EQ(ids(sidecar), (std::vector<std::string>{"4"}));
  ASSERT_TRUE(sidecar.clear());
  EXPECT_TRUE(sidecar.read().empty());
}

TEST(Sidecar, HalfALineCountsAsNone) {
  const support::TempDir scratch;
  Sidecar sidecar((scratch / "s.db").string());
  ASSERT_TRUE(sidecar.add(entry("1", "a")));
  ASSERT_TRUE(sidecar.add(entry("2", "b")));
  const std::string whole = *read_small_file(sidecar.path());
  const auto second = whole.find('\n') + 1;
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    ASSERT_TRUE(overwrite_small_file(sidecar.path(), whole.substr(0, cut)));
    const std::size_t expected = cut >= whole.size() ? 2 : cut >= second ? 1 : 0;
    ASSERT_EQ(sidecar.read().size(), expected) << cut;
  }
}

TEST(Sidecar, NeedsNoNewSpaceOnceReserved) {
  const support::TempDir scratch;
  Sidecar sidecar((scratch / "s.db").string());
  ASSERT_TRUE(sidecar.reserve());
  const auto size = std::filesystem::file_size(sidecar.path());
  ASSERT_TRUE(sidecar.add(entry("1", "*")));
  EXPECT_EQ(std::filesystem::file_size(sidecar.path()), size);
}

}  // namespace
}  // namespace banyan::cutover
