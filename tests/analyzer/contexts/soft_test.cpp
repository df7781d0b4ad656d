// What changes together, or is asked for together, groups files that do not need each other.
#include "analyzer/contexts/contexts.hpp"

#include <gtest/gtest.h>

namespace banyan::contexts {
namespace {

// Two groups of six files in one folder, with nothing in common but their history.
struct Case {
  facts::Program program;
  evidence::Evidence evidence;
  Case() {
    for (const char* group : {"a", "b"})
      for (int i = 0; i < 6; ++i) {
        facts::FileFacts file;
        file.path = std::string(group) + std::to_string(i) + ".cpp";
        file.lines = 10;
        program.files.push_back(file);
      }
    for (const char* group : {"a", "b"})
      for (int i = 0; i < 6; ++i)
        for (int j = i + 1; j < 6; ++j)
          evidence.co_changes.push_back({std::string(group) + std::to_string(i) + ".cpp",
                                         std::string(group) + std::to_string(j) + ".cpp", 5, 2.0, "x"});
    evidence.history.usable = true;
  }
  bool together(const Options& options) const {
    const auto graph = graph::build(program, evidence);
    const auto result = find(graph, evidence, options);
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = 6; j < 12; ++j)
        if (result.context_of[i] == result.context_of[j]) return false;
    return result.context_of[0] == result.context_of[1] && result.context_of[6] == result.context_of[7];
  }
};

TEST(SoftEdges, HistoryGroups) { EXPECT_TRUE(Case().together({})); }

TEST(SoftEdges, WithoutItsWeightItDoesNot) {
  Options options;
  options.weights.history = 0;
  EXPECT_FALSE(Case().together(options));
}

TEST(SoftEdges, StructureOnlyMeansStructureOnly) {
  Options options;
  options.tier = Tier::t0;
  EXPECT_FALSE(Case().together(options));
}

}  // namespace
}  // namespace banyan::contexts
