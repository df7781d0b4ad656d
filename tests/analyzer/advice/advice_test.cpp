// Findings and the router draft of a small hand-made shop: orders, stock and a shared kernel.
#include "analyzer/advice/router_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::advice {
namespace {

using evidence::AccessMode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint32_t orders = 0, stock = 1, core = 2;
constexpr std::uint32_t t_orders = 0, t_stock = 1;

struct Shop {
  graph::Graph graph;
  evidence::Evidence evidence;
  contexts::Result contexts;

  Shop() {
    graph.files = {"core/log.hpp", "orders/orders.cpp", "orders/orders.hpp", "stock/stock.cpp",
                   "stock/stock.hpp"};
    graph.lines.assign(5, 10);
    graph.component_of = {0, 1, 1, 2, 2};
    graph.components.resize(3);
    graph.components[0].id = "core/log.hpp";
    graph.components[1].id = "orders/orders.cpp";
    graph.components[2].id = "stock/stock.cpp";
    graph.tables = {"orders", "stock"};
    for (const char* name : {"orders", "stock", "core"}) {
      contexts::Context context;
      context.id = context.name = name;
      context.shared_kernel = context.id == "core";
      contexts.contexts.push_back(context);
    }
    contexts.context_of = {core, orders, stock};
    contexts.tables = {{t_orders, orders, 1.0, {orders}, {orders}}, {t_stock, stock, 1.0, {stock}, {stock}}};
  }

  void access(const char* table, AccessMode mode, const char* file, std::uint32_t line) {
    evidence::TableAccess access;
    access.table = table;
    access.mode = mode;
    access.at = {file, line, 1};
    access.in_usr = "f";
    evidence.accesses.push_back(access);
  }

  void include(std::uint32_t from, std::uint32_t to) {
    graph::Edge edge{from, to,  graph::EdgeKind::include,
                     1,    1.0, {{{graph.files[from], 3, 1}, "", graph.files[to]}}};
    graph.file_edges.push_back(edge);
  }

  void route(const char* method, const char* path, std::uint32_t context,
             std::vector<std::pair<std::uint32_t, AccessMode>> tables = {}) {
    const auto index = static_cast<std::uint32_t>(evidence.routes.size());
    evidence.routes.push_back({method, path, {"orders/orders.cpp", 50 + index, 1}, "usr", "handle", "table"});
    graph.routes.push_back({index, graph::none, {}, std::move(tables)});
    contexts.routes.push_back({index, context, 1.0});
  }

  std::vector<Finding> findings() const { return find_findings({graph, evidence, contexts}); }
  std::string draft(const RouterConfigOptions& options = {}) const {
    return router_config({graph, evidence, contexts}, options);
  }
};

std::vector<std::string> ids(const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.id);
  return out;
}

TEST(Findings, ACleanProgramHasNone) {
  Shop shop;
  shop.include(1, 2);
  shop.access("orders", AccessMode::update, "orders/orders.cpp", 4);
  shop.access("stock", AccessMode::read, "stock/stock.cpp", 4);
  EXPECT_THAT(ids(shop.findings()), ElementsAre());
}

TEST(Findings, IncludeCyclesAcrossContextsAreErrors) {
  Shop shop;
  shop.include(2, 4);
  shop.include(4, 2);
  const auto findings = shop.findings();
  ASSERT_THAT(ids(findings), ElementsAre("include-cycle:orders/orders.hpp"));
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_THAT(findings[0].contexts, ElementsAre("orders", "stock"));
  EXPECT_EQ(findings[0].locations.size(), 2U);
}

TEST(Findings, TriggerThatWritesAnothersTable) {
  Shop shop;
  shop.evidence.triggers = {{"t", "orders", AccessMode::insert, {"stock"}, {"schema.sql", 9, 1}},
                            {"own", "orders", AccessMode::insert, {"orders"}, {"schema.sql", 12, 1}}};
  EXPECT_THAT(ids(shop.findings()), ElementsAre("trigger-crosses:t:stock"));
}

TEST(Findings, TablesWrittenByTwoContexts) {
  Shop shop;
  shop.access("stock", AccessMode::update, "orders/orders.cpp", 4);
  shop.access("stock", AccessMode::insert, "stock/stock.cpp", 4);
  const auto findings = shop.findings();
  ASSERT_THAT(ids(findings), ElementsAre("shared-table:stock"));
  EXPECT_THAT(findings[0].sentence, HasSubstr("stock is the likely owner"));
}

TEST(Findings, JoinsAcrossOwners) {
  Shop shop;
  shop.access("stock", AccessMode::read, "orders/orders.cpp", 4);
  shop.access("orders", AccessMode::read, "orders/orders.cpp", 4);
  shop.access("orders", AccessMode::read, "orders/orders.cpp", 8);
  EXPECT_THAT(ids(shop.findings()),
              ElementsAre("join-crosses:orders/orders.cpp:orders-and-stock", "foreign-read:stock"));
}

TEST(Findings, TornTransactionsLeaveTheKernelOut) {
  Shop shop;
  shop.evidence.transactions.resize(2);
  shop.evidence.transactions[0].at = {"orders/orders.cpp", 5, 1};
  shop.evidence.transactions[1].at = {"orders/orders.cpp", 9, 1};
  shop.contexts.torn = {{0, {orders, stock}, {t_orders, t_stock}}, {1, {orders, core}, {t_orders}}};
  const auto findings = shop.findings();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, "torn-transaction");
  EXPECT_EQ(findings[0].locations.front().line, 5U);
}

TEST(Findings, GetThatWritesAndUnresolvedSql) {
  Shop shop;
  shop.route("GET", "/a", orders, {{t_orders, AccessMode::update}});
  shop.route("GET", "/b", orders, {{t_orders, AccessMode::read}});
  shop.evidence.statements = {
      {{"stock/stock.cpp", 7, 1}, "f", "SELECT {x}", "dynamic", evidence::Resolution::unresolved},
      {{"stock/stock.cpp", 8, 1}, "f", "SELECT 1", "", evidence::Resolution::resolved}};
  EXPECT_THAT(ids(shop.findings()),
              ElementsAre("get-writes:GET /a", HasSubstr("unresolved-sql:stock/stock.cpp:")));
}

TEST(Findings, StateUsedFromTwoContexts) {
  Shop shop;
  shop.evidence.shared_state = {{"global", "counter", {"orders/orders.cpp", 1, 1}, "f", true},
                                {"global", "counter", {"stock/stock.cpp", 1, 1}, "g", false},
                                {"global", "private", {"stock/stock.cpp", 2, 1}, "g", true}};
  EXPECT_THAT(ids(shop.findings()), ElementsAre("shared-state:global:counter"));
}

TEST(Findings, IdsDoNotDependOnLines) {
  Shop first, second;
  first.evidence.statements = {
      {{"stock/stock.cpp", 7, 1}, "f", "SELECT {x}", "r", evidence::Resolution::unresolved}};
  second.evidence.statements = {
      {{"stock/stock.cpp", 70, 9}, "f", "SELECT {x}", "r", evidence::Resolution::unresolved}};
  EXPECT_EQ(ids(first.findings()), ids(second.findings()));
}

TEST(RouterConfig, OneCutoverARouteByDefault) {
  Shop shop;
  shop.route("GET", "/api/orders/{id}", orders, {{t_orders, AccessMode::read}, {t_stock, AccessMode::read}});
  shop.route("POST", "/api/orders", orders, {{t_orders, AccessMode::insert}});
  shop.route("GET", "/livez", core);
  const std::string draft = shop.draft();
  EXPECT_THAT(draft, HasSubstr("- name: orders-get-api-orders-id\n"));
  EXPECT_THAT(draft, HasSubstr("- name: orders-post-api-orders\n"));
  EXPECT_THAT(draft, HasSubstr("match: { methods: [ GET, HEAD ], path: \"/api/orders/{id}\" }"));
  EXPECT_THAT(draft, HasSubstr("needs stock of stock"));
  EXPECT_THAT(draft, HasSubstr("# Left to the monolith:\n#   GET /livez (core)\n"));
  EXPECT_THAT(draft, Not(HasSubstr("core:")));
}

TEST(RouterConfig, WritesAreNeverShadowed) {
  Shop shop;
  shop.route("GET", "/counted", orders, {{t_orders, AccessMode::update}});
  shop.route("POST", "/things", orders);
  shop.route("*", "/any", orders);
  const std::string draft = shop.draft();
  EXPECT_THAT(draft, Not(HasSubstr("shadow,")));
  EXPECT_THAT(draft, HasSubstr("warning: this GET writes"));
  EXPECT_THAT(draft, HasSubstr("match: { path: \"/any\" }"));
}

TEST(RouterConfig, GroupsByContextAndEffect) {
  Shop shop;
  shop.route("GET", "/orders", orders);
  shop.route("GET", "/orders/{id}", orders);
  shop.route("PUT", "/orders/{id}", orders);
  shop.route("GET", "/stock", stock);
  RouterConfigOptions options;
  options.grouping = Grouping::context;
  options.contexts = {"orders"};
  options.upstreams = {{"orders", "10.0.0.1:80"}};
  const std::string draft = shop.draft(options);
  EXPECT_THAT(draft, HasSubstr("- name: orders-read\n    match:\n"));
  EXPECT_THAT(draft, HasSubstr("- name: orders-write\n"));
  EXPECT_THAT(draft, HasSubstr("orders: { endpoints: [ \"10.0.0.1:80\" ], health: { path: /readyz } }\n"));
  EXPECT_THAT(draft, Not(HasSubstr("stock-read")));
}

TEST(RouterConfig, OneRuleForEachShapeAndMethod) {
  Shop shop;
  shop.route("GET", "/a/{id}", orders);
  shop.route("GET", "/a/{name}", stock);
  shop.route("HEAD", "/a/{id}", orders);
  shop.route("GET", "no/slash", orders);
  const std::string draft = shop.draft();
  EXPECT_THAT(draft, HasSubstr("methods: [ GET ], path: \"/a/{id}\""));
  EXPECT_THAT(draft, HasSubstr("methods: [ HEAD ], path: \"/a/{id}\""));
  EXPECT_THAT(draft, HasSubstr("GET /a/{name} (a second registration"));
  EXPECT_THAT(draft, HasSubstr("GET no/slash (write this path by hand)"));
}

TEST(RouterConfig, NamesStayUnique) {
  Shop shop;
  shop.route("GET", "/a-b", orders);
  shop.route("GET", "/a/b", orders);
  const std::string draft = shop.draft();
  EXPECT_THAT(draft, HasSubstr("- name: orders-get-a-b\n"));
  EXPECT_THAT(draft, HasSubstr("- name: orders-get-a-b-2\n"));
}

TEST(RouterConfig, NothingFoundIsStillAConfiguration) {
  const std::string draft = Shop().draft();
  EXPECT_THAT(draft, HasSubstr("cutovers: []\n"));
  EXPECT_THAT(draft, HasSubstr("default: monolith\n"));
}

}  // namespace
}  // namespace banyan::advice
