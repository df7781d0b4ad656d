#include "analyzer/cli/truth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string label(const Truth& truth, const std::string& path) {
  const auto group = label_of(truth, path);
  return group == unlabelled ? "-" : truth.groups[group];
}

TEST(Truth, ReadsGroupsOfItems) {
  const auto read = parse_truth("t.json", R"({"structure": [
    {"@type": "group", "name": "db", "nested": [{"@type": "item", "name": "src/db/a.cpp"}]},
    {"@type": "group", "name": "net", "nested": [{"@type": "item", "name": "src/net/"}]}]})");
  ASSERT_EQ(read.error, "");
  EXPECT_EQ(label(read.truth, "src/db/a.cpp"), "db");
  EXPECT_EQ(label(read.truth, "src/net/deep/x.cpp"), "net");
  EXPECT_EQ(label(read.truth, "src/db/b.cpp"), "-");
}

TEST(Truth, ReadsContextsOfAnotherRun) {
  const auto read = parse_truth("c.json", R"({"contexts": [{"name": "a", "files": [{"path": "x.cpp"}]}]})");
  ASSERT_EQ(read.error, "");
  EXPECT_EQ(label(read.truth, "x.cpp"), "a");
}

TEST(Truth, ReadsRsf) {
  const auto read = parse_truth("t.rsf", "# by hand\ncontain db src/db/\ncontain net src/db/net.cpp\n");
  ASSERT_EQ(read.error, "");
  EXPECT_EQ(label(read.truth, "src/db/x.cpp"), "db");
  EXPECT_EQ(label(read.truth, "src/db/net.cpp"), "net");
  EXPECT_EQ(read.truth.files, 1u);
}

TEST(Truth, TheLongestFolderWins) {
  const auto read = parse_truth("t.rsf", "contain all src/\ncontain db src/db/\n");
  EXPECT_EQ(label(read.truth, "src/db/x.cpp"), "db");
  EXPECT_EQ(label(read.truth, "src/x.cpp"), "all");
}

struct Bad {
  const char* text;
  const char* place;
  const char* says;
};

TEST(Truth, ErrorsNamePlaceAndHint) {
  const Bad rows[] = {
      {"{\"structure\": [", "t:1:15: error:", ""},
      {"{\"modules\": []}", "t:1:1: error:", "neither a list 'structure'"},
      {"{\"structure\": [{\"nested\": []}]}", "t:1:1: error:", "a group needs 'name'"},
      {"contain db a.cpp\ncontains db b.cpp\n", "t:2:1: error:", "expected 'contain GROUP PATH'"},
      {"contain db a.cpp\ncontain net a.cpp\n", "t:2:13: error:", "in two groups, 'db' and 'net'"},
      {"", "t:1:1: error:", "no group with a file"},
  };
  for (const auto& row : rows) {
    const auto read = parse_truth("t", row.text);
    EXPECT_THAT(read.error, StartsWith(row.place)) << row.text;
    EXPECT_THAT(read.error, HasSubstr(row.says));
    EXPECT_THAT(read.error, HasSubstr("A truth file is"));
  }
}

}  // namespace
}  // namespace banyan::cli
