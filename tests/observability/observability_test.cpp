// The real programs, scraped: documentation, dashboard and alerts speak of what is there, and promtool takes it.
#include "tests/observability/metric_names.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <cstdlib>

namespace banyan::observability {
namespace {

namespace json = boost::json;
using ::testing::IsEmpty;
using support::HttpClient;
using support::Process;
using support::TempDir;

const std::filesystem::path source = BANYAN_SOURCE_DIR;

std::string built(const std::string& name) { return BANYAN_BINARY_DIR "/bin/" + name; }

// With everything on that has metrics of its own; nobody listens on the endpoint.
constexpr const char* router_yaml = R"(version: 1
static:
  listen: "127.0.0.1:0"
  admin: "127.0.0.1:0"
  workers: 1
  access_log: access.log
  tracing: { otlp: { endpoint: "http://127.0.0.1:1" } }
cohort: { key: [ "header:X-Account" ], salt: s }
upstreams:
  monolith: { endpoints: [ "127.0.0.1:1" ], breaker: { consecutive: 5 } }
  orders: { endpoints: [ "127.0.0.1:1" ] }
default: monolith
gates:
  errors: { min_samples: 10, error_rate: { max: 1% } }
cutovers:
  - name: orders
    match: { path: "/orders/**" }
    to: orders
    plan: [ { stage: canary, percent: 10, gate: [ errors ] }, { stage: live } ]
aggregations:
  - { name: page, match: { path: "/page" }, parts: { order: { path: "/orders/1" } } }
)";

Process start_router(const TempDir& dir, const std::string& yaml, const std::string& log) {
  support::write_file(dir / "router.yaml", yaml);
  return Process({built("banyan-router"), "run", "-c", (dir / "router.yaml").string()}, dir / log);
}

// Promoted alone, scraped in a fleet whose etcd is not there: it goes on from its journal.
std::string scrape_router(const TempDir& dir) {
  {
    Process alone = start_router(dir, router_yaml, "alone.log");
    alone.wait_for_line("status: ");
    support::run({built("banyan-router"), "promote", "orders", "-c", (dir / "router.yaml").string()});
    alone.stop();
  }
  std::string yaml = router_yaml;
  yaml.insert(yaml.find("  listen:"), "  state: \"etcd://127.0.0.1:1\"\n  fleet: { timeout: 50ms }\n");
  Process router = start_router(dir, yaml, "router.log");
  const auto listen = router.wait_for_line("listening on http://");
  const auto admin = router.wait_for_line("admin on http://");
  HttpClient caller(listen);
  for (int i = 0; i < 20; ++i)
    caller.get(i % 2 == 0 ? "/orders/1" : "/shop", {{"X-Account", std::to_string(i)}});
  caller.get("/page");
  return HttpClient(admin).get("/metrics").body;
}

Process start_service(const TempDir& dir, const std::string& name, const std::vector<std::string>& more = {}) {
  std::vector<std::string> argv{built("banyan-" + name), "run", "--db", (dir / (name + ".db")).string(), "--port", "0"};
  argv.insert(argv.end(), more.begin(), more.end());
  return Process(argv, dir / (name + ".out"));
}

std::string scrape_service(Process& service) {
  HttpClient client(service.wait_for_line("listening on "));
  client.get("/livez");
  client.get("/v1/no/such/thing");
  return client.get("/metrics").body;
}

struct Scrape {
  std::string of, text;
};

const std::vector<Scrape>& scrapes() {
  static const std::vector<Scrape> all = [] {
    const TempDir dir;
    std::vector<Scrape> out{{"router", scrape_router(dir)}};
    if (!std::filesystem::exists(built("banyan-log"))) return out;
    Process log = start_service(dir, "log"), bank = start_service(dir, "bank");
    const auto address = log.wait_for_line("listening on ");
    for (const std::string name : {"orders", "payments", "inventory"}) {
      Process service = start_service(dir, name, {"--log", "http://" + address, "--otlp", "http://127.0.0.1:1"});
      out.push_back({name, scrape_service(service)});
    }
    out.push_back({"bank", scrape_service(bank)});
    out.push_back({"log", scrape_service(log)});
    return out;
  }();
  return all;
}

Names live() {
  Names out;
  for (const auto& scrape : scrapes()) out.merge(declared(scrape.text));
  return out;
}

TEST(Metrics, EachIsDocumentedAndEachDocumentedOneIsThere) {
  const auto there = live();
  EXPECT_GE(there.size(), 35u);
  const auto documented = mentioned(support::read_file(source / "docs/reference/metrics.md"), there);
  EXPECT_THAT(missing_from(documented, there), IsEmpty()) << "not in docs/reference/metrics.md";
  if (scrapes().size() < 6) GTEST_SKIP() << "without the services only half can be compared";
  EXPECT_THAT(missing_from(there, documented), IsEmpty()) << "documented, but in no scrape";
}

TEST(Metrics, NoFamilyIsDeclaredTwice) {
  for (const auto& scrape : scrapes()) {
    Names seen;
    std::istringstream lines(scrape.text);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("# TYPE ")) {
        EXPECT_TRUE(seen.insert(line.substr(7, line.find(' ', 7) - 7)).second) << scrape.of << ": " << line;
      }
  }
}

TEST(Dashboard, AsksForMetricsThatExist) {
  const auto there = declared(scrapes().front().text);
  for (const char* name : {"router/dashboards/banyan-router.json", "router/dashboards/banyan-router-rules.yaml"}) {
    const auto asked = mentioned(support::read_file(source / name), there);
    EXPECT_GE(asked.size(), 10u) << name;
    EXPECT_THAT(missing_from(there, asked), IsEmpty()) << name;
  }
}

// What an import into Grafana needs: panels of their own ids that do not overlap, each with a query of its own data source.
TEST(Dashboard, IsWellFormed) {
  const json::value board = json::parse(support::read_file(source / "router/dashboards/banyan-router.json"));
  std::set<std::int64_t> ids;
  std::set<std::pair<std::int64_t, std::int64_t>> cells;
  for (const auto& panel : board.at("panels").as_array()) {
    EXPECT_TRUE(ids.insert(panel.at("id").as_int64()).second);
    const auto& place = panel.at("gridPos");
    const auto x = place.at("x").as_int64(), y = place.at("y").as_int64();
    for (auto i = x; i < x + place.at("w").as_int64(); ++i)
      for (auto j = y; j < y + place.at("h").as_int64(); ++j) EXPECT_TRUE(cells.emplace(i, j).second) << panel.at("title");
    EXPECT_LE(x + place.at("w").as_int64(), 24);
    if (panel.at("type").as_string() == "row") continue;
    EXPECT_FALSE(panel.at("targets").as_array().empty()) << panel.at("title");
    for (const auto& target : panel.at("targets").as_array()) {
      EXPECT_EQ(target.at("datasource").at("uid").as_string(), "${datasource}");
      EXPECT_FALSE(target.at("expr").as_string().empty());
    }
  }
}

std::string promtool() {
  for (const std::string& place : {std::string(BANYAN_SOURCE_DIR "/build/tools/promtool"), std::string("/usr/bin/promtool")})
    if (std::filesystem::exists(place)) return place;
  return {};
}

class Promtool : public ::testing::Test {
 protected:
  void SetUp() override {
    if (promtool().empty()) GTEST_SKIP() << "promtool IS NOT THERE: what Prometheus thinks was NOT asked. ./banyan test --promtool fetches it";
  }
};

TEST_F(Promtool, TakesEveryScrape) {
  const TempDir dir;
  for (const auto& scrape : scrapes()) {
    support::write_file(dir / "scrape", scrape.text);
    const auto output = support::run({"/bin/sh", "-c", promtool() + " check metrics < " + (dir / "scrape").string()});
    EXPECT_EQ(output.exit_code, 0) << scrape.of << ":\n" << output.out << output.err;
  }
}

TEST_F(Promtool, TakesTheAlertsAndTheirTestsPass) {
  const auto rules = (source / "router/dashboards/banyan-router-rules.yaml").string();
  const auto check = support::run({promtool(), "check", "rules", rules});
  EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
  const auto tests = support::run({promtool(), "test", "rules", (source / "router/dashboards/banyan-router-rules.test.yaml").string()});
  EXPECT_EQ(tests.exit_code, 0) << tests.out << tests.err;
}

TEST_F(Promtool, CanReadTheDashboardsQueries) {
  const TempDir dir;
  std::string rules = "groups:\n  - name: dashboard\n    rules:\n";
  int number = 0;
  const json::value board = json::parse(support::read_file(source / "router/dashboards/banyan-router.json"));
  for (const auto& panel : board.at("panels").as_array()) {
    if (!panel.as_object().contains("targets")) continue;
    for (const auto& target : panel.at("targets").as_array()) {
      auto query = std::string(target.at("expr").as_string());
      const std::string interval = "$__rate_interval";
      for (auto at = query.find(interval); at != query.npos; at = query.find(interval)) query.replace(at, interval.size(), "5m");
      rules += "      - { record: \"q:" + std::to_string(number++) + "\", expr: " + json::serialize(json::value(query)) + " }\n";
    }
  }
  support::write_file(dir / "queries.yaml", rules);
  const auto check = support::run({promtool(), "check", "rules", (dir / "queries.yaml").string()});
  EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
}

}  // namespace
}  // namespace banyan::observability
