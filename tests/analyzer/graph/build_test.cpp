#include "analyzer/graph/graph.hpp"
#include "tests/analyzer/graph/program_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace banyan::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ProgramBuilder;
using ::testing::UnorderedElementsAre;

Graph build_from(const ProgramBuilder& builder) { return graph::build(builder.program(), builder.evidence()); }

std::vector<std::string> files_of(const Graph& graph, const std::string& path) {
  std::vector<std::string> result;
  for (const auto file : graph.components[graph.component_of[file_index(graph, path)]].files)
    result.push_back(graph.files[file]);
  return result;
}

const Edge* find_edge(const Graph& graph, const std::string& from, const std::string& to, EdgeKind kind) {
  const auto a = graph.component_of[file_index(graph, from)], b = graph.component_of[file_index(graph, to)];
  for (const auto& edge : graph.edges)
    if (edge.from == a && edge.to == b && edge.kind == kind) return &edge;
  return nullptr;
}

TEST(Components, HeaderJoinsTheSourceThatDefinesMostOfItWhateverTheNames) {
  ProgramBuilder p;
  p.declares("api.hpp", "f").declares("api.hpp", "g").declares("api.hpp", "h");
  p.defines("impl.cpp", "f").defines("impl.cpp", "g").defines("api.cpp", "h");
  const auto graph = build_from(p);
  EXPECT_THAT(files_of(graph, "api.hpp"), ElementsAre("api.hpp", "impl.cpp"));
  EXPECT_THAT(files_of(graph, "api.cpp"), ElementsAre("api.cpp"));
}

TEST(Components, HeaderImplementedEvenlyByThreeSourcesStaysAlone) {
  ProgramBuilder p;
  p.declares("x.hpp", "f").declares("x.hpp", "g").declares("x.hpp", "h");
  p.defines("a.cpp", "f").defines("b.cpp", "g").defines("c.cpp", "h");
  EXPECT_THAT(files_of(build_from(p), "x.hpp"), ElementsAre("x.hpp"));
}

TEST(Components, TypesDoNotVote) {
  ProgramBuilder p;
  p.symbol("x.hpp", "Type", false, facts::SymbolKind::record)
      .symbol("x.cpp", "Type", true, facts::SymbolKind::record);
  EXPECT_THAT(files_of(build_from(p), "x.hpp"), ElementsAre("x.hpp"));
}

TEST(Components, TemplateBodiesJoinTheirHeader) {
  ProgramBuilder p;
  p.includes("list.hpp", "list.tcc").includes("list.tcc", "list.hpp").includes("user.cpp", "list.hpp");
  const auto graph = build_from(p);
  EXPECT_THAT(files_of(graph, "list.hpp"), ElementsAre("list.hpp", "list.tcc"));
  EXPECT_THAT(files_of(graph, "user.cpp"), ElementsAre("user.cpp"));
}

TEST(Components, BodiesThatOthersIncludeStayAlone) {
  ProgramBuilder p;
  p.includes("list.hpp", "list.tcc").includes("list.tcc", "list.hpp").includes("user.cpp", "list.tcc");
  p.includes("user.cpp", "list.hpp");
  EXPECT_THAT(files_of(build_from(p), "list.hpp"), ElementsAre("list.hpp"));
}

TEST(Edges, CarryKindCountAndPlaces) {
  ProgramBuilder p;
  p.defines("a.cpp", "run")
      .defines("b.cpp", "main")
      .calls("b.cpp", "main", "run")
      .calls("b.cpp", "main", "run");
  const auto graph = build_from(p);
  const auto* edge = find_edge(graph, "b.cpp", "a.cpp", EdgeKind::call);
  ASSERT_NE(edge, nullptr);
  EXPECT_EQ(edge->count, 2u);
  ASSERT_EQ(edge->sites.size(), 2u);
  EXPECT_EQ(edge->sites[0], (Site{{"b.cpp", 2, 1}, "main", "run"}));
  EXPECT_EQ(find_edge(graph, "a.cpp", "b.cpp", EdgeKind::call), nullptr);
}

TEST(Edges, SampleIsCappedButTheCountIsWhole) {
  ProgramBuilder p;
  p.defines("a.cpp", "run");
  for (int i = 0; i < 30; ++i) p.calls("b.cpp", "main", "run");
  const auto graph = graph::build(p.program(), p.evidence(), {.sites_per_edge = 5});
  EXPECT_EQ(graph.edges.front().count, 30u);
  EXPECT_EQ(graph.edges.front().sites.size(), 5u);
}

TEST(Edges, ASymbolEveryoneUsesWeighsLess) {
  ProgramBuilder p;
  p.defines("log.cpp", "log").defines("rare.cpp", "rare").calls("u0.cpp", "u0", "rare");
  for (int i = 0; i < 20; ++i) p.calls("u" + std::to_string(i) + ".cpp", "u", "log");
  const auto graph = build_from(p);
  const auto* common = find_edge(graph, "u0.cpp", "log.cpp", EdgeKind::call);
  const auto* rare = find_edge(graph, "u0.cpp", "rare.cpp", EdgeKind::call);
  ASSERT_TRUE(common && rare);
  EXPECT_LT(common->weight * 3, rare->weight);
}

TEST(Edges, MacrosDefinedAllOverCoupleNothing) {
  ProgramBuilder p;
  for (const auto* file : {"a.cpp", "b.cpp", "c.cpp"}) p.symbol(file, "LOG", true, facts::SymbolKind::macro);
  p.uses("d.cpp", "", "LOG", facts::ReferenceKind::macro_use);
  EXPECT_THAT(build_from(p).edges, IsEmpty());
}

TEST(Edges, IncludesAreOnFilesAndOnComponents) {
  ProgramBuilder p;
  p.declares("a.hpp", "f").defines("a.cpp", "f").includes("a.cpp", "a.hpp").includes("b.cpp", "a.hpp");
  const auto graph = build_from(p);
  EXPECT_EQ(graph.file_edges.size(), 2u);
  ASSERT_EQ(graph.edges.size(), 1u);
  EXPECT_EQ(graph.edges[0].kind, EdgeKind::include);
}

TEST(TableUses, CountPlacesNotColumns) {
  ProgramBuilder p;
  p.accesses("a.cpp", "f", "orders", AccessMode::read);
  auto column = p.evidence().accesses.back();
  column.column = "total";
  p.evidence().accesses.push_back(column);
  p.accesses("a.cpp", "f", "orders", AccessMode::read, "open_orders");
  const auto graph = build_from(p);
  ASSERT_EQ(graph.table_uses.size(), 1u);
  EXPECT_EQ(graph.table_uses[0].count, 2u);
  EXPECT_EQ(graph.table_uses[0].indirect, 1u);
}

TEST(Routes, ReachTablesThroughCallsAndOverrides) {
  ProgramBuilder p;
  p.defines("api.cpp", "handle").defines("port.hpp", "Port::save").defines("db.cpp", "Db::save");
  p.uses("api.cpp", "handle", "Port::save", facts::ReferenceKind::virtual_call);
  p.uses("db.cpp", "Db::save", "Port::save", facts::ReferenceKind::overrides);
  p.accesses("db.cpp", "Db::save", "orders", AccessMode::insert)
      .accesses("x.cpp", "other", "stock", AccessMode::read);
  p.route("api.cpp", "POST", "/orders", "handle");
  const auto graph = build_from(p);
  ASSERT_EQ(graph.routes.size(), 1u);
  ASSERT_EQ(graph.routes[0].tables.size(), 1u);
  EXPECT_EQ(graph.tables[graph.routes[0].tables[0].first], "orders");
  EXPECT_EQ(graph.components[graph.routes[0].component].id, "api.cpp");
  EXPECT_EQ(graph.routes[0].components.size(), 3u);
}

TEST(Words, AreSplitStemmedAndShownInTheirCommonestForm) {
  ProgramBuilder p;
  p.words("a.cpp", {"orders", "orders", "order", "const", "the"}).defines("b.cpp", "shop::RefundPayment");
  const auto graph = build_from(p);
  std::vector<std::string> words;
  for (const auto& component : graph.components)
    for (const auto& word : component.words) words.push_back(word.word);
  EXPECT_THAT(words, UnorderedElementsAre("orders", "refund", "payment"));
}

TEST(Scopes, AreNamespacesWithoutAnonymousOnes) {
  ProgramBuilder p;
  p.defines("a.cpp", "shop::orders::place").defines("a.cpp", "shop::orders::(anonymous namespace)::helper");
  p.defines("a.cpp", "global");
  const auto graph = build_from(p);
  ASSERT_EQ(graph.components[0].scopes.size(), 1u);
  EXPECT_EQ(graph.components[0].scopes[0].word, "shop::orders");
  EXPECT_EQ(graph.components[0].scopes[0].weight, 2);
}

TEST(Build, DoesNotDependOnTheOrderOfFilesOrFacts) {
  ProgramBuilder p;
  for (int i = 0; i < 12; ++i) {
    const auto name = std::to_string(i), next = std::to_string((i * 5 + 1) % 12);
    p.declares(name + ".hpp", "f" + name)
        .defines(name + ".cpp", "f" + name)
        .calls(name + ".cpp", "f" + name, "f" + next);
    p.accesses(name + ".cpp", "f" + name, "t" + next, AccessMode::update);
  }
  auto shuffled = p.program();
  auto evidence = p.evidence();
  std::mt19937 random(7);
  std::shuffle(shuffled.files.begin(), shuffled.files.end(), random);
  for (auto& file : shuffled.files) {
    std::shuffle(file.references.begin(), file.references.end(), random);
    std::shuffle(file.symbols.begin(), file.symbols.end(), random);
  }
  std::shuffle(evidence.accesses.begin(), evidence.accesses.end(), random);
  const auto a = build_from(p), b = graph::build(shuffled, evidence);
  ASSERT_EQ(a.edges.size(), b.edges.size());
  for (std::size_t i = 0; i < a.edges.size(); ++i) {
    EXPECT_EQ(a.edges[i].sites, b.edges[i].sites);
    EXPECT_EQ(a.edges[i].weight, b.edges[i].weight);
  }
  ASSERT_EQ(a.table_uses.size(), b.table_uses.size());
  for (std::size_t i = 0; i < a.table_uses.size(); ++i)
    EXPECT_EQ(a.table_uses[i].sites, b.table_uses[i].sites);
}

TEST(Build, AnEmptyProgramIsAnEmptyGraph) { EXPECT_THAT(build_from(ProgramBuilder()).components, IsEmpty()); }

}  // namespace
}  // namespace banyan::graph
