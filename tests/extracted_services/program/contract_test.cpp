// The OpenAPI document against what the running service really answers: every operation, with ids that exist,
// that do not, and that are none, with bodies that fit and that do not.
#include "extracted_services/store/connection.hpp"
#include "tests/extracted_services/program/breaking_changes.hpp"
#include "tests/extracted_services/program/fixture.hpp"
#include "tests/extracted_services/program/schema_check.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

namespace banyan::services_test {
namespace {

namespace json = boost::json;

// A value that fits, made from the schema: the contract must be enough to call the service.
json::value sample(const json::object& schema, std::string_view name = {}) {
  if (const auto* choices = schema.if_contains("anyOf")) return sample(choices->at(0).as_object(), name);
  const auto type = schema.at("type").as_string();
  if (type == "string") return name == "token" ? "tok_visa" : "card";
  if (type == "boolean") return true;
  if (type == "array") return json::array{sample(schema.at("items").as_object())};
  if (type == "integer") {
    const auto* least = schema.if_contains("minimum");
    return least ? std::max(least->to_number<std::int64_t>(), std::int64_t{1}) : std::int64_t{1};
  }
  json::object made;
  for (const auto& [member, inner] : schema.at("properties").as_object())
    made[member] = sample(inner.as_object(), member);
  return made;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& letter : out) letter = static_cast<char>(std::toupper(letter));
  return out;
}

std::string fill(std::string_view path, const std::string& id) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const auto open = std::min(path.find('{', at), path.size());
    out += path.substr(at, open - at);
    if (open == path.size()) break;
    out += id;
    at = path.find('}', open) + 1;
  }
  return out;
}

class Contract : public testing::TestWithParam<const char*> {
 protected:
  support::TempDir dir_;
  std::unique_ptr<Running> service_;
  std::set<int> seen_;

  void SetUp() override {
    const auto db = dir_ / "one.db";
    if (std::string(GetParam()) == "inventory") make_inventory(db, 500);
    service_ = run_service(GetParam(), db, dir_ / "log");
  }
  json::object document() { return json::parse(service_->client().get("/openapi.json").body).as_object(); }

  void check(const std::string& method, const std::string& target, const std::string& body,
             const json::object& operation) {
    SCOPED_TRACE(method + " " + target + " " + body);
    const auto answer = service_->client().request(method, target, {}, body);
    seen_.insert(answer.status);
    const auto* declared = operation.at("responses").as_object().if_contains(std::to_string(answer.status));
    ASSERT_NE(declared, nullptr) << answer.status << " is not in the contract: " << answer.body;
    const auto& content = declared->at("content").as_object();
    ASSERT_TRUE(content.contains(answer.header("Content-Type"))) << answer.header("Content-Type");
    const auto& schema = content.at(answer.header("Content-Type")).at("schema").as_object();
    EXPECT_EQ(mismatch(json::parse(answer.body), schema), "") << answer.body;
  }
};
INSTANTIATE_TEST_SUITE_P(Services, Contract, testing::Values("inventory", "orders", "payments", "bank"));

TEST_P(Contract, HoldsForEveryOperation) {
  const auto contract = document();
  int operations = 0;
  for (const auto& [path, methods] : contract.at("paths").as_object()) {
    for (const auto& [method, operation_value] : methods.as_object()) {
      const auto& operation = operation_value.as_object();
      const auto* request = operation.if_contains("requestBody");
      std::vector<std::string> bodies{""};
      if (request) {
        const auto& schema = request->at("content").at("application/json").at("schema").as_object();
        bodies = {json::serialize(sample(schema)), "{}", "[",
                  R"({"quantity":-1,"delta":0,"amount_cents":-1})"};
      }
      for (const std::string id : {"1", "1", "4711", "x", "0"})
        for (const auto& body : bodies) check(upper(method), fill(path, id), body, operation);
      ++operations;
    }
  }
  EXPECT_GE(operations, 8);
  // The walk must have met the interesting answers, or it proves little.
  std::set<int> interesting{200, 201, 400, 404, 409};
  if (std::string(GetParam()) == "bank") interesting = {200, 201, 400};  // no ids in its paths
  for (const int status : interesting) EXPECT_TRUE(seen_.contains(status)) << status;
}

TEST_P(Contract, QueryParametersAreCheckedAsDeclared) {
  const auto contract = document();
  for (const auto& [path, methods] : contract.at("paths").as_object()) {
    const auto* get = methods.as_object().if_contains("get");
    if (!get || path.find('{') != std::string_view::npos) continue;
    for (const char* query :
         {"?limit=1&offset=0", "?limit=0", "?offset=-1", "?order_ref=SO-1", "?status=nope"})
      check("GET", std::string(path) + query, "", get->as_object());
  }
}

TEST_P(Contract, AFaultNamesTheParameterThatIsWrong) {
  const auto contract = document();
  int checked = 0;
  for (const auto& [path, methods] : contract.at("paths").as_object()) {
    if (!std::string_view(path).starts_with("/v1/")) continue;
    const auto* get = methods.as_object().if_contains("get");
    const auto* parameters = get ? get->as_object().if_contains("parameters") : nullptr;
    if (!parameters || json::serialize(*parameters).find("\"limit\"") == std::string::npos) continue;
    const auto refused = service_->client().get(fill(path, "1") + "?limit=0");
    EXPECT_EQ(refused.status, 400) << path;
    EXPECT_EQ(json::parse(refused.body).at("errors").at(0).at("parameter").as_string(), "limit") << refused.body;
    ++checked;
  }
  EXPECT_GE(checked, 1);
}

TEST_P(Contract, AnAnswerThatTheCallerHasIsNotSentAgain) {
  auto client = service_->client();
  const std::map<std::string, std::string> lists{{"inventory", "/v1/inventory"}, {"orders", "/v1/orders"},
                                                 {"payments", "/v1/payments"}, {"bank", "/v1/ledger"}};
  const auto& target = lists.at(GetParam());
  const auto first = client.get(target);
  ASSERT_EQ(first.status, 200);
  const auto etag = first.header("ETag");
  ASSERT_EQ(etag.size(), 34u);
  for (const std::string& known : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
    const auto again = client.request("GET", target, {{"If-None-Match", known}});
    EXPECT_EQ(again.status, 304) << known;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.header("ETag"), etag);
  }
  EXPECT_EQ(client.request("GET", target, {{"If-None-Match", "\"other\""}}).body, first.body);
}

TEST_P(Contract, OldCallersAreStillUnderstood) {
  const auto file = std::filesystem::path(BANYAN_SOURCE_DIR) / "tests/extracted_services/program/contracts" /
                    (std::string(GetParam()) + "-1.0.json");
  if (std::getenv("UPDATE_GOLDEN")) support::write_file(file, json::serialize(document()) + "\n");
  const auto released = json::parse(support::read_file(file)).as_object();
  EXPECT_EQ(breaking_changes(released, document()), std::vector<std::string>());
}

TEST_P(Contract, ThePrintedDocumentIsTheServedOne) {
  const auto printed = support::run({program(std::string("banyan-") + GetParam()), "openapi"});
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_EQ(printed.out, service_->client().get("/openapi.json").body + "\n");
}

}  // namespace
}  // namespace banyan::services_test
