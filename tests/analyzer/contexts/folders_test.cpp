#include "analyzer/contexts/folders.hpp"

#include "analyzer/contexts/score.hpp"
#include "tests/analyzer/contexts/known_graphs.hpp"

#include <gtest/gtest.h>

#include <string>

namespace banyan::contexts {
namespace {

// Node i lies in `folder(group of i)`.
template <typename Folder>
std::vector<std::string> place(const Planted& planted, Folder folder) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < planted.truth.size(); ++i)
    paths.push_back(folder(planted.truth[i], i) + "/f" + std::to_string(i) + ".cpp");
  return paths;
}

std::string module(std::uint32_t group) { return "m" + std::to_string(group); }

TEST(Folders, ThatCouplingBearsOutAreTaken) {
  const auto planted = planted_groups(5, 10, 0.5, 0.05, 3);
  const auto paths = place(planted, [](auto group, auto) { return "src/" + module(group); });
  const auto groups = divide_by_folders(paths, planted.network, planted.truth);
  ASSERT_TRUE(groups);
  EXPECT_DOUBLE_EQ(adjusted_rand_index(*groups, planted.truth), 1.0);
}

TEST(Folders, ThatSayNothingAreSkipped) {
  const auto planted = planted_groups(4, 10, 0.5, 0.05, 3);
  const auto paths = place(
      planted, [](auto group, auto i) { return module(group) + (i % 2 == 0 ? "/src" : "/include/detail"); });
  const auto groups = divide_by_folders(paths, planted.network, planted.truth);
  ASSERT_TRUE(groups);
  EXPECT_DOUBLE_EQ(adjusted_rand_index(*groups, planted.truth), 1.0);
}

TEST(Folders, StayWholeWhenTheirPartsBelongTogether) {
  const auto planted = planted_groups(3, 12, 0.6, 0.03, 3);
  const auto paths =
      place(planted, [](auto group, auto i) { return module(group) + "/part" + std::to_string(i % 3); });
  const auto groups = divide_by_folders(paths, planted.network, planted.truth);
  ASSERT_TRUE(groups);
  EXPECT_DOUBLE_EQ(adjusted_rand_index(*groups, planted.truth), 1.0);
}

TEST(Folders, ThatCrossTheCouplingAreNot) {
  const auto planted = planted_groups(5, 10, 0.5, 0.02, 3);
  const auto paths = place(planted, [](auto, auto i) { return "kind" + std::to_string(i % 5); });
  EXPECT_FALSE(divide_by_folders(paths, planted.network, planted.truth));
}

TEST(Folders, OneFlatFolderIsNoDivision) {
  const auto planted = planted_groups(3, 10, 0.5, 0.05, 3);
  const auto paths = place(planted, [](auto, auto) { return std::string("src"); });
  EXPECT_FALSE(divide_by_folders(paths, planted.network, planted.truth));
}

TEST(Folders, ALargeHeapIsDividedOtherwise) {
  const auto planted = planted_groups(5, 10, 0.5, 0.02, 3);
  const auto paths = place(
      planted, [](auto group, auto) { return group == 4 ? std::string("src/net") : std::string("src"); });
  const auto groups = divide_by_folders(paths, planted.network, planted.truth);
  ASSERT_TRUE(groups);
  EXPECT_DOUBLE_EQ(adjusted_rand_index(*groups, planted.truth), 1.0);
}

}  // namespace
}  // namespace banyan::contexts
