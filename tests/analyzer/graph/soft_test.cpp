// Edges that are no dependencies: they must tie components, and never make a cycle.
#include "analyzer/graph/graph.hpp"

#include <gtest/gtest.h>

namespace banyan::graph {
namespace {

facts::Program files(const std::vector<std::string>& paths) {
  facts::Program program;
  for (const std::string& path : paths) {
    facts::FileFacts file;
    file.path = path;
    program.files.push_back(file);
  }
  return program;
}

TEST(SoftEdges, CoChangesTieComponentsBothWays) {
  evidence::Evidence evidence;
  evidence.history.usable = true;
  evidence.co_changes = {{"a.cpp", "b.cpp", 5, 2.5, "x"}, {"b.cpp", "gone.cpp", 9, 9, "x"}};
  const Graph graph = build(files({"a.cpp", "b.cpp", "c.cpp"}), evidence);
  ASSERT_EQ(graph.soft_edges.size(), 1U);
  EXPECT_EQ(graph.soft_edges[0].from, 0U);
  EXPECT_EQ(graph.soft_edges[0].to, 1U);
  EXPECT_EQ(graph.soft_edges[0].kind, EdgeKind::co_change);
  EXPECT_EQ(graph.soft_edges[0].count, 5U);
  EXPECT_DOUBLE_EQ(graph.soft_edges[0].weight, 2.5);
  EXPECT_TRUE(graph.edges.empty());
}

TEST(SoftEdges, AShortHistoryTiesNothing) {
  evidence::Evidence evidence;
  evidence.co_changes = {{"a.cpp", "b.cpp", 5, 2.5, "x"}};
  EXPECT_TRUE(build(files({"a.cpp", "b.cpp"}), evidence).soft_edges.empty());
}

TEST(SoftEdges, RequestsTieTheHandlerToWhatItReaches) {
  facts::Program program = files({"handler.cpp", "store.cpp"});
  program.files[0].symbols.push_back({"h", "handle", "", "void ()", "", {"handler.cpp", 1, 1}, 2,
                                      facts::SymbolKind::function, true, false});
  program.files[1].symbols.push_back({"s", "store", "", "void ()", "", {"store.cpp", 1, 1}, 2,
                                      facts::SymbolKind::function, true, false});
  program.files[0].references.push_back({"h", "s", "store", {"handler.cpp", 1, 5}, facts::ReferenceKind::call});
  evidence::Evidence evidence;
  evidence.routes.push_back({"GET", "/x", {"handler.cpp", 1, 1}, "h", "handle", "table"});
  evidence.traffic.push_back({0, "GET", "/x", 1000, 0, 0, 0});
  const Graph graph = build(program, evidence);
  ASSERT_EQ(graph.soft_edges.size(), 1U);
  EXPECT_EQ(graph.soft_edges[0].kind, EdgeKind::runtime);
  EXPECT_EQ(graph.soft_edges[0].count, 1000U);
  EXPECT_GT(graph.soft_edges[0].weight, 0);
  EXPECT_EQ(graph.soft_edges[0].sites.size(), 1U);
}

}  // namespace
}  // namespace banyan::graph
