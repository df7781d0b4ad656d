// One order, from the router to the last event: everything that follows from it is one trace, and hangs together.
#include "tests/extracted_services/program/fixture.hpp"
#include "tests/support/otlp_collector.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace banyan::observability {
namespace {

namespace json = boost::json;
using services_test::Running;
using support::CollectedSpan;
using support::OtlpCollector;
using support::TempDir;
using testing::Contains;
using testing::IsEmpty;

constexpr std::int64_t server = 2, client = 3, producer = 4, consumer = 5;
constexpr auto long_enough = std::chrono::seconds(60);

class TracedShop {
 public:
  TracedShop() {
    services_test::make_inventory(dir_ / "inventory.db", 10);
    log_ = run("log", {});
    bank_ = run("bank", {});
    inventory_ = run("inventory", log_option());
    payments_ = run("payments", log_option({"--bank", at(*bank_)}));
    orders_ = run("orders", log_option({"--inventory", at(*inventory_), "--payments", at(*payments_)}));
    support::write_file(dir_ / "router.yaml",
                        "version: 1\nstatic:\n  listen: \"127.0.0.1:0\"\n  admin: \"127.0.0.1:0\"\n  tracing: { otlp: { endpoint: \"" +
                            collector.url() + "\", interval: 50ms } }\nupstreams:\n  orders: { endpoints: [ \"" + at(*orders_) + "\" ] }\n");
    router_ = std::make_unique<support::Process>(
        std::vector<std::string>{BANYAN_BINARY_DIR "/bin/banyan-router", "run", "-c", (dir_ / "router.yaml").string()}, dir_ / "router.log");
    router_address_ = router_->wait_for_line("listening on http://");
  }

  int place_order() {
    const json::object item{{"product_id", 1}, {"sku", "SKU-1"}, {"name", "Kettle"}, {"quantity", 1}, {"unit_price_cents", 2499}};
    const json::object wish{{"order", {{"customer_id", 5}, {"items", json::array{item}}}}, {"payment", {{"method", "card"}, {"token", "tok_visa"}}}};
    return support::HttpClient(router_address_).request("POST", "/v1/fulfilments", {{"Idempotency-Key", "one"}}, json::serialize(wish)).status;
  }

  OtlpCollector collector;

 private:
  static std::string at(const Running& service) { return "127.0.0.1:" + std::to_string(service.port()); }
  std::vector<std::string> log_option(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--log", "http://" + at(*log_)});
    return more;
  }
  std::unique_ptr<Running> run(const std::string& name, std::vector<std::string> more) {
    more.insert(more.end(), {"--otlp", collector.url()});
    return services_test::run_service(name, dir_ / (name + ".db"), dir_ / (name + ".out"), more);
  }

  TempDir dir_;
  std::unique_ptr<Running> log_, bank_, inventory_, payments_, orders_;
  std::unique_ptr<support::Process> router_;
  std::string router_address_;
};

// "banyan-orders server POST /v1/fulfilments"
std::vector<std::string> described(const std::vector<CollectedSpan>& spans) {
  const std::map<std::int64_t, std::string> kinds{{server, "server"}, {client, "client"}, {producer, "producer"}, {consumer, "consumer"}};
  std::vector<std::string> out;
  for (const auto& span : spans) out.push_back(span.service + " " + kinds.at(span.kind) + " " + span.name);
  std::sort(out.begin(), out.end());
  return out;
}

// Of one trace, below one root, without a gap.
void expect_whole(const std::vector<CollectedSpan>& spans) {
  std::set<std::string> ids, traces;
  for (const auto& span : spans) ids.insert(span.span_id), traces.insert(span.trace_id);
  EXPECT_EQ(traces.size(), 1u);
  EXPECT_EQ(ids.size(), spans.size());
  int roots = 0;
  for (const auto& span : spans) {
    const bool root = span.parent_id.empty();
    roots += root;
    EXPECT_TRUE(root ? span.service == "banyan-router" : ids.contains(span.parent_id)) << span.service << " " << span.name;
  }
  EXPECT_EQ(roots, 1);
}

// The last ones arrive when they like: waits until `complete` says so.
template <class Complete>
std::vector<CollectedSpan> collected(const OtlpCollector& collector, Complete complete) {
  EXPECT_TRUE(support::eventually([&] { return complete(described(collector.spans())); }, long_enough))
      << testing::PrintToString(described(collector.spans()));
  EXPECT_THAT(collector.faults(), IsEmpty());
  return collector.spans();
}

bool has(const std::vector<std::string>& all, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
}

TEST(OneTrace, FromTheRouterThroughTheSagaToTheBank) {
  TracedShop shop;
  ASSERT_EQ(shop.place_order(), 201);
  const std::vector<std::string> wanted{"banyan-router server POST",
                                        "banyan-router client POST",
                                        "banyan-orders server POST /v1/fulfilments",
                                        "banyan-orders client POST",
                                        "banyan-inventory server POST /v1/inventory/holds",
                                        "banyan-inventory server POST /v1/inventory/holds/commit",
                                        "banyan-payments server POST /v1/charges",
                                        "banyan-payments client POST",
                                        "banyan-bank server POST /v1/charges"};
  expect_whole(collected(shop.collector, [&](const auto& all) { return has(all, wanted); }));
}

TEST(OneTrace, FromTheRouterToTheLastEvent) {
  TracedShop shop;
  ASSERT_EQ(shop.place_order(), 201);
  const auto spans = collected(shop.collector, [](const auto& all) {
    const auto counts = [&](const std::string& what) {
      return std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.starts_with(what); });
    };
    return counts("banyan-orders producer") > 0 && counts("banyan-payments producer") > 0 && counts("banyan-inventory producer") > 0 &&
           counts("banyan-orders consumer") > 1 && counts("banyan-payments consumer") > 1;
  });
  expect_whole(spans);
}

}  // namespace
}  // namespace banyan::observability
