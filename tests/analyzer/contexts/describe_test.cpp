#include "analyzer/contexts/contexts.hpp"
#include "tests/analyzer/contexts/made_up_shop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::contexts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::made_up_shop;
using ::testing::SizeIs;

class Described : public ::testing::Test {
 protected:
  Described() {
    const auto p = made_up_shop();
    evidence_ = p.evidence();
    graph_ = graph::build(p.program(), evidence_);
    result_ = find(graph_, evidence_);
  }
  std::uint32_t number(const std::string& id) const {
    for (std::uint32_t i = 0; i < result_.contexts.size(); ++i)
      if (result_.contexts[i].id == id) return i;
    ADD_FAILURE() << "no context " << id;
    return 0;
  }
  const TableOwner& table(const std::string& name) const {
    for (const auto& owner : result_.tables)
      if (graph_.tables[owner.table] == name) return owner;
    throw std::runtime_error("no table " + name);
  }
  evidence::Evidence evidence_;
  graph::Graph graph_;
  Result result_;
};

TEST_F(Described, TablesGoToWhoeverCreatesRows) {
  const auto& stock = table("stock_table");
  EXPECT_EQ(stock.context, number("stock"));
  EXPECT_GT(stock.confidence, 0.5);
  EXPECT_LT(stock.confidence, 1.0);
  EXPECT_THAT(stock.writers, SizeIs(2));
  EXPECT_DOUBLE_EQ(table("mail_table").confidence, 1.0);
}

TEST_F(Described, RoutesGoToTheirHandlersContext) {
  for (const auto& owner : result_.routes) {
    const auto module =
        evidence_.routes[owner.route].path.substr(1, evidence_.routes[owner.route].path.find('/', 1) - 1);
    EXPECT_EQ(owner.context, number(module));
    EXPECT_GT(owner.confidence, 0.4);
  }
}

TEST_F(Described, ATransactionOverTwoOwnersIsTorn) {
  ASSERT_THAT(result_.torn, SizeIs(1));
  EXPECT_THAT(result_.torn[0].contexts, ::testing::UnorderedElementsAre(number("orders"), number("stock")));
  EXPECT_EQ(result_.contexts[number("orders")].scores.torn_transactions, 1u);
  EXPECT_EQ(result_.contexts[number("mail")].scores.torn_transactions, 0u);
}

TEST_F(Described, SeamsNameSymbolsTablesAndPlaces) {
  const auto seam = std::find_if(result_.seams.begin(), result_.seams.end(), [&](const Seam& one) {
    return one.from == number("orders") && one.to == number("stock");
  });
  ASSERT_NE(seam, result_.seams.end());
  ASSERT_THAT(seam->items, SizeIs(1));
  EXPECT_EQ(seam->items[0].name, "shop::stock::stockA");
  EXPECT_EQ(seam->items[0].sites.front().at.file, "src/orders/part0.cpp");
  EXPECT_GT(seam->items[0].sites.front().at.line, 1u);
  EXPECT_EQ(seam->calls, 1u);
  ASSERT_THAT(seam->tables, SizeIs(1));
  EXPECT_EQ(graph_.tables[seam->tables[0].table], "stock_table");
}

TEST_F(Described, TheKernelIsKnownByItsUsersAndComesLast) {
  EXPECT_TRUE(result_.contexts.back().shared_kernel);
  EXPECT_EQ(result_.contexts.back().id, "core");
  for (const auto& context : result_.contexts)
    EXPECT_EQ(context.shared_kernel, context.id == "core") << context.id;
}

TEST_F(Described, EveryContextHasThreeSentencesWithFigures) {
  for (const auto& context : result_.contexts) {
    ASSERT_THAT(context.sentences, SizeIs(3));
    for (const auto& sentence : context.sentences) EXPECT_TRUE(sentence.ends_with('.')) << sentence;
  }
  const auto& orders = result_.contexts[number("orders")];
  EXPECT_THAT(orders.sentences[0], HasSubstr("10 files"));
  EXPECT_THAT(orders.sentences[1], HasSubstr("orders_table"));
  EXPECT_THAT(orders.sentences[2], HasSubstr("1 transaction would be torn (src/orders/part0.cpp:"));
  EXPECT_THAT(result_.contexts[number("stock")].sentences[1], HasSubstr("also written by orders"));
}

TEST_F(Described, AnIsolatedModuleIsEasierThanATangledOne) {
  EXPECT_GT(result_.contexts[number("mail")].scores.ease, result_.contexts[number("orders")].scores.ease);
  EXPECT_EQ(result_.contexts[number("orders")].scores.calls_out, 2u);  // calls into the kernel do not count
}

TEST_F(Described, DescribingTheSameGroupsGivesTheSameResult) {
  std::vector<double> stability(graph_.components.size());
  for (const auto& context : result_.contexts)
    for (const auto& member : context.members) stability[member.component] = member.stability;
  const auto again = describe(graph_, evidence_, {}, result_.context_of, stability);
  EXPECT_EQ(again.context_of, result_.context_of);
  for (std::size_t i = 0; i < again.contexts.size(); ++i)
    EXPECT_EQ(again.contexts[i].sentences, result_.contexts[i].sentences);
}

}  // namespace
}  // namespace banyan::contexts
