// Moves tried on a snapshot give what a recomputation from the facts gives, and fast.
#include "analyzer/advice/what_if.hpp"

#include "analyzer/advice/snapshot.hpp"
#include "tests/analyzer/graph/program_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <iostream>
#include <random>

namespace banyan::advice {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(ParseMoves, OneOrMore) {
  const auto result = parse_moves("move src/a.cpp to orders, move stock to inventory and move b.cpp to orders");
  ASSERT_EQ(result.error, "");
  ASSERT_EQ(result.moves.size(), 3U);
  EXPECT_EQ(result.moves[1].what, "stock");
  EXPECT_EQ(result.moves[1].to, "inventory");
}

TEST(ParseMoves, MistakesHaveAColumn) {
  EXPECT_EQ(parse_moves("move a.cpp into b").column, 12U);
  EXPECT_EQ(parse_moves("move a.cpp into b").error, "expected 'to', got 'into'");
  EXPECT_EQ(parse_moves("move a.cpp to").error, "expected a context, got the end");
  EXPECT_EQ(parse_moves("").error, "expected 'move', got the end");
  EXPECT_EQ(parse_moves("move a to b c").column, 13U);
}

std::string number(std::uint64_t value) { return std::to_string(value); }

// `groups` groups of `files` sources that mostly call each other, with a table each.
testing::ProgramBuilder town(std::uint64_t groups, std::uint64_t files, std::uint64_t calls, std::uint64_t seed) {
  testing::ProgramBuilder p;
  std::mt19937_64 random(seed);
  const auto file = [](std::uint64_t g, std::uint64_t f) { return "src/g" + number(g) + "/f" + number(f) + ".cpp"; };
  const auto name = [](std::uint64_t g, std::uint64_t f) { return "g" + number(g) + "::f" + number(f); };
  for (std::uint64_t g = 0; g < groups; ++g)
    for (std::uint64_t f = 0; f < files; ++f) p.defines(file(g, f), name(g, f));
  for (std::uint64_t i = 0; i < calls; ++i) {
    const std::uint64_t g = random() % groups, to = random() % 5 == 0 ? random() % groups : g;
    const std::uint64_t a = random() % files, b = random() % files;
    p.calls(file(g, a), name(g, a), name(to, b));
  }
  for (std::uint64_t g = 0; g < groups; ++g) {
    const std::uint64_t f = random() % files, other = random() % groups;
    p.accesses(file(g, f), name(g, f), "table" + number(g), evidence::AccessMode::insert);
    p.accesses(file(g, f), name(g, f), "table" + number(other), evidence::AccessMode::update);
    p.transaction(file(g, f), name(g, f), 2);
    p.route(file(g, f), "POST", "/g" + number(g), name(g, f));
  }
  return p;
}

struct Mapped {
  graph::Graph graph;
  evidence::Evidence evidence;
  contexts::Options options;
  contexts::Result contexts;
  Subject subject() const { return {graph, evidence, contexts, nullptr, {}}; }
};

// Grouped by folder: what follows is the same for any grouping.
Mapped mapped(const testing::ProgramBuilder& builder) {
  Mapped out{graph::build(builder.program(), builder.evidence()), builder.evidence(), {}, {}};
  std::map<std::string, std::uint32_t> folders;
  std::vector<std::uint32_t> groups;
  for (const auto& component : out.graph.components)
    groups.push_back(folders.emplace(component.id.substr(0, component.id.rfind('/')),
                                     static_cast<std::uint32_t>(folders.size())).first->second);
  out.contexts = contexts::describe(out.graph, out.evidence, out.options, groups);
  return out;
}

std::string summary(const contexts::Result& result, const graph::Graph& graph) {
  std::string out;
  for (const auto& context : result.contexts) {
    const auto& s = context.scores;
    out += context.name + " " + number(s.files) + " " + number(s.lines) + " " + number(s.calls_in) + " " +
           number(s.calls_out) + " " + number(s.tables_owned) + " " + number(s.tables_shared) + " " +
           number(s.torn_transactions) + " " + number(static_cast<std::uint64_t>(1e9 * s.internal_share)) + " " +
           number(static_cast<std::uint64_t>(1e9 * s.ease)) + "\n";
    for (const auto table : context.tables) out += "  owns " + graph.tables[table] + "\n";
    for (const auto route : context.routes) out += "  serves " + number(route) + "\n";
  }
  for (const auto& torn : result.torn) out += "torn " + number(torn.transaction) + " " + number(torn.contexts.size()) + "\n";
  for (const auto& seam : result.seams)
    out += result.contexts[seam.from].name + " -> " + result.contexts[seam.to].name + " " + number(seam.calls) + " " +
           number(seam.items.size()) + " " + number(seam.tables.size()) + "\n";
  return out;
}

TEST(Snapshot, ComesBackAsItWas) {
  const Mapped town1 = mapped(town(6, 5, 200, 1));
  const std::string bytes = write_snapshot(snapshot_of(town1.subject(), town1.options));
  const auto again = read_snapshot(bytes);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(write_snapshot(*again), bytes);
  EXPECT_EQ(again->evidence.accesses, town1.evidence.accesses);
  EXPECT_EQ(summary(contexts_of(*again), again->graph), summary(town1.contexts, town1.graph));
}

TEST(Snapshot, DamageIsSeen) {
  const Mapped one = mapped(town(2, 2, 10, 1));
  const std::string bytes = write_snapshot(snapshot_of(one.subject(), one.options));
  for (std::size_t size = 0; size < bytes.size(); size += 7) EXPECT_FALSE(read_snapshot(bytes.substr(0, size))) << size;
  EXPECT_FALSE(read_snapshot(bytes + "x"));
}

TEST(WhatIf, EqualsARecomputationFromTheFacts) {
  std::mt19937_64 random(9);
  for (std::uint64_t round = 0; round < 20; ++round) {
    const auto builder = town(5, 6, 150, round);
    const Mapped before = mapped(builder);
    const auto snapshot = read_snapshot(write_snapshot(snapshot_of(before.subject(), before.options)));
    ASSERT_TRUE(snapshot.has_value());
    const contexts::Result now = contexts_of(*snapshot);
    const std::string file = snapshot->graph.files[random() % snapshot->graph.files.size()];
    const std::string to = now.contexts[random() % now.contexts.size()].name;
    const WhatIf answer = what_if({snapshot->graph, snapshot->evidence, now, nullptr, {}}, snapshot->options, {{file, to}});
    ASSERT_EQ(answer.error, "");

    // From the facts again, with that one file in the other group and the names as they are.
    const graph::Graph fresh = graph::build(builder.program(), builder.evidence());
    std::vector<std::uint32_t> groups = before.contexts.context_of;
    for (std::uint32_t i = 0; i < before.contexts.contexts.size(); ++i)
      if (before.contexts.contexts[i].name == to) groups[fresh.component_of[graph::file_index(fresh, file)]] = i;
    contexts::Options options = before.options;
    options.hints.previous = snapshot->options.hints.previous;
    EXPECT_EQ(summary(answer.after, snapshot->graph),
              summary(contexts::describe(fresh, builder.evidence(), options, groups), fresh)) << file << " to " << to;
  }
}

TEST(WhatIf, SaysWhatChangesAndATableCanMove) {
  const Mapped one = mapped(town(3, 4, 60, 4));
  const WhatIf answer = what_if(one.subject(), one.options, {{"table0", "g2"}});
  ASSERT_EQ(answer.error, "");
  EXPECT_THAT(answer.lines, Contains("table table0: g0 -> g2"));
  EXPECT_THAT(answer.lines, Contains(HasSubstr("tables owned 1 -> 2")));
  const WhatIf nothing = what_if(one.subject(), one.options, {{"table0", "g0"}});
  EXPECT_THAT(nothing.lines, ::testing::ElementsAre("nothing would change"));
}

TEST(WhatIf, UnknownNamesAreErrors) {
  const Mapped one = mapped(town(3, 4, 60, 4));
  EXPECT_EQ(what_if(one.subject(), one.options, {{"table0", "g9"}}).error, "no context is called 'g9'");
  EXPECT_EQ(what_if(one.subject(), one.options, {{"table9", "g1"}}).error, "no file or table is called 'table9'");
}

TEST(WhatIf, TakesUnderASecondOnFiveThousandFilesAndFiftyThousandEdges) {
  const Mapped big = mapped(town(50, 100, 62000, 5));
  ASSERT_GE(big.graph.files.size(), 5000U);
  ASSERT_GE(big.graph.edges.size(), 50000U);
  const std::string bytes = write_snapshot(snapshot_of(big.subject(), big.options));
  const std::clock_t start = std::clock();
  const auto snapshot = read_snapshot(bytes);
  ASSERT_TRUE(snapshot.has_value());
  const contexts::Result now = contexts_of(*snapshot);
  const WhatIf answer = what_if({snapshot->graph, snapshot->evidence, now, nullptr, {}}, snapshot->options,
                                {{"src/g3/f7.cpp", "g4"}, {"table9", "g1"}});
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_EQ(answer.error, "");
  std::cout << big.graph.files.size() << " files, " << big.graph.edges.size() << " edges, " << bytes.size()
            << " bytes: " << seconds << " s of CPU\n";
#ifndef BANYAN_SANITIZED
  EXPECT_LT(seconds, 1.0);
#endif
}

}  // namespace
}  // namespace banyan::advice
