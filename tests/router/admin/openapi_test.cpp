// docs/reference/admin-api.yaml against the answers: every operation served is documented, every documented one is called,
// and each answer is what the document says.
#include "router/admin/api.hpp"
#include "router/telemetry/metrics.hpp"
#include "tests/router/admin/fixture.hpp"
#include "tests/router/admin/schema.hpp"

#include <boost/json.hpp>

namespace banyan::admin {
namespace {

namespace json = boost::json;

const std::string secret = "operate-0123456789";
const std::string some_report =
    R"({"counts":{"equal":1,"different":1},"noise":[],"groups":[{"request":"GET /orders/*","kind":"value","path":"$.a","count":1,)"
    R"("compared":2,"rate":0.5,"rate_low":0.1,"rate_high":0.9,"first_seen":"t","last_seen":"t","noisy_path":false,)"
    R"("sample":{"request":"GET /orders/1","legacy":"1","new":"2","legacy_body":"{}","new_body":"{}"}}]})";

struct Asked {
  const char* operation;  // method and path as documented
  const char* target;     // "": the same
  const char* body;
  int status;
};

const Asked documented_calls[] = {
    {"get /", "", "", 200},
    {"get /livez", "", "", 200},
    {"get /readyz", "", "", 200},
    {"get /metrics", "", "", 200},
    {"get /api/v1/openapi.json", "", "", 200},
    {"get /api/v1/whoami", "", "", 200},
    {"get /api/v1/cutovers", "", "", 200},
    {"get /api/v1/explain", "/api/v1/explain?url=/orders/1&header=X-Id:7", "", 200},
    {"get /api/v1/explain", "", "", 400},
    {"get /api/v1/events", "", "", 200},
    {"get /api/v1/cutovers/{name}", "/api/v1/cutovers/orders", "", 200},
    {"get /api/v1/cutovers/{name}", "/api/v1/cutovers/none", "", 404},
    {"get /api/v1/cutovers/{name}/diff", "/api/v1/cutovers/orders/diff", "", 200},
    {"get /api/v1/cutovers/{name}/diff", "/api/v1/cutovers/stock/diff", "", 200},
    {"get /api/v1/cutovers/{name}/diff", "/api/v1/cutovers/none/diff", "", 404},
    {"post /api/v1/cutovers/{name}/hold", "/api/v1/cutovers/orders/hold", R"({"why": "a look"})", 200},
    {"get /api/v1/cutovers/{name}/preview", "/api/v1/cutovers/orders/preview", "", 200},
    {"post /api/v1/cutovers/{name}/resume", "/api/v1/cutovers/orders/resume", "", 200},
    {"post /api/v1/cutovers/{name}/resume", "/api/v1/cutovers/orders/resume", "", 409},
    {"post /api/v1/cutovers/{name}/promote", "/api/v1/cutovers/orders/promote", "", 200},
    {"post /api/v1/cutovers/{name}/promote", "/api/v1/cutovers/none/promote", "", 404},
    {"get /api/v1/cutovers/{name}/preview", "/api/v1/cutovers/orders/preview?verb=set-weight&percent=30", "", 200},
    {"get /api/v1/cutovers/{name}/preview", "/api/v1/cutovers/orders/preview?verb=jump", "", 400},
    {"get /api/v1/cutovers/{name}/preview", "/api/v1/cutovers/none/preview", "", 404},
    {"post /api/v1/cutovers/{name}/set-weight", "/api/v1/cutovers/orders/set-weight", R"({"percent": 12.5})", 200},
    {"post /api/v1/cutovers/{name}/set-weight", "/api/v1/cutovers/orders/set-weight", R"({"percent": 101})", 400},
    {"post /api/v1/cutovers/{name}/approve", "/api/v1/cutovers/orders/approve", R"({"as": "bob"})", 409},
    {"post /api/v1/cutovers/{name}/approve", "/api/v1/cutovers/orders/approve", "", 400},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/orders/ignore", R"({"path": "$.a"})", 200},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/orders/ignore", R"({"path": "$.a", "apply": true})", 200},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/orders/ignore", R"({"path": "$.a", "apply": true})", 409},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/orders/ignore", R"({"path": "a"})", 400},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/orders/ignore", R"({"path": "header:x-served-by", "apply": true})", 200},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/orders/ignore", R"({"path": "header:X-Served-By", "apply": true})", 409},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/orders/ignore", R"({"path": "header:"})", 400},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/orders/ignore", R"({"path": "header:a b"})", 400},
    {"post /api/v1/cutovers/{name}/ignore", "/api/v1/cutovers/none/ignore", R"({"path": "$.a"})", 404},
    {"post /api/v1/cutovers/{name}/freeze", "/api/v1/cutovers/orders/freeze", R"({"why": "holidays", "until": "1h"})", 200},
    {"post /api/v1/cutovers/{name}/freeze", "/api/v1/cutovers/orders/freeze", "", 400},
    {"post /api/v1/freeze", "", R"({"why": "holidays"})", 200},
    {"get /api/v1/overview", "", "", 200},
    {"get /api/v1/status", "", "", 200},
    {"post /api/v1/cutovers/{name}/rollback", "/api/v1/cutovers/orders/rollback", R"({"why": "errors"})", 200},
    {"post /api/v1/cutovers/{name}/thaw", "/api/v1/cutovers/orders/thaw", "", 200},
    {"post /api/v1/thaw", "", "", 200},
    {"post /api/v1/thaw", "", "", 409},
    {"post /api/v1/rollback-all", "", "", 200},
    {"post /api/v1/rollback-all", "", "[]", 400},
    {"post /api/v1/reload", "", "", 200},
    {"get /api/v1/progress", "", "", 200},
    {"get /api/v1/audit", "/api/v1/audit?limit=50", "", 200},
    {"post /api/v1/upstreams/{name}/endpoints", "/api/v1/upstreams/orders/endpoints", R"({"address": "127.0.0.1:1", "ttl": "1s"})", 201},
    {"post /api/v1/upstreams/{name}/endpoints", "/api/v1/upstreams/orders/endpoints", R"({"address": "127.0.0.1:1", "ttl": "2s"})", 200},
    {"post /api/v1/upstreams/{name}/endpoints", "/api/v1/upstreams/monolith/endpoints", "{}", 409},
    {"delete /api/v1/upstreams/{name}/endpoints", "/api/v1/upstreams/orders/endpoints", R"({"address": "127.0.0.1:1"})", 200},
    {"delete /api/v1/upstreams/{name}/endpoints", "/api/v1/upstreams/none/endpoints", "", 404}};

class OpenApi : public testing::Test {
 protected:
  OpenApi() {
    std::string yaml = shop_yaml;
    const std::string plain = "orders: { endpoints: [ \"b:1\" ] }", announced = "orders: { registry: true, endpoints: [ \"b:1\" ] }";
    yaml.replace(yaml.find(plain), plain.size(), announced);
    shop_.write(yaml);
    control_ = shop_.open();
    api_ = std::make_unique<Api>(*control_, sources(), std::vector<Credential>{{"ada", Role::operate, secret}});
  }
  static Sources sources() {
    Sources out;
    out.announce = [](const Announcement& a) { return a.ttl.count() == 1000; };
    out.withdraw = [](const Announcement&) { return true; };
    out.diff = [](const std::string& name) { return name == "orders" ? some_report : "null"; };
    out.shadow = [] { return std::string(R"({"orders":{"equal":1,"different":1,"dropped":0,"failed":0}})"); };
    out.process = [] { return std::string(R"({"version":"0"})"); };
    out.bucket_end_us = telemetry::fine_bucket_end_us;
    out.numbers = [] {
      cutover::Numbers numbers;
      numbers.fresh = {10, 1, 0, std::vector<std::uint64_t>(telemetry::fine_buckets, 1)};
      numbers.legacy = {30, 0, 0, std::vector<std::uint64_t>(telemetry::fine_buckets, 2)};
      return NumbersByCutover{{"orders", numbers}};
    };
    out.readiness = [](const std::string&) {
      cutover::Readiness readiness;
      readiness.blocks = {{cutover::Blocker::Kind::gate, "gate parity: 3 of 10 samples", "parity", "min_samples",
                           cutover::Verdict::insufficient, 3, 10}};
      return readiness;
    };
    return out;
  }
  ApiResponse send(const std::string& method, const std::string& target, const std::string& body) {
    return api_->handle({method, target, "Bearer " + secret, body, "127.0.0.1"});
  }
  json::value document() { return json::parse(send("GET", "/api/v1/openapi.json", "").body); }

  Shop shop_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<Api> api_;
};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

TEST_F(OpenApi, NamesWhatIsServedAndNothingElse) {
  std::set<std::string> served, documented;
  for (const auto& operation : Api::operations()) served.insert(lower(std::string(operation.method)) + " " + std::string(operation.path));
  const json::value all = document();
  EXPECT_EQ(all.at("openapi").as_string(), "3.1.0");
  for (const auto& path : all.at("paths").as_object())
    for (const auto& member : path.value().as_object())
      if (member.key() != "parameters") documented.insert(std::string(member.key()) + " " + std::string(path.key()));
  EXPECT_EQ(served, documented);
}

TEST_F(OpenApi, EveryAnswerIsWhatTheDocumentSays) {
  const json::value all = document();
  const Schema schema(all);
  std::set<std::string> called;
  for (const Asked& call : documented_calls) {
    const std::string operation = call.operation, method = operation.substr(0, operation.find(' ')), path = operation.substr(method.size() + 1);
    called.insert(operation);
    std::string upper = method;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const auto answer = send(upper, *call.target ? call.target : path, call.body);
    EXPECT_EQ(answer.status, call.status) << operation << " " << call.target << " " << answer.body;
    const auto& responses = all.at("paths").at(path).at(method).at("responses").as_object();
    const auto* documented = responses.if_contains(std::to_string(answer.status));
    ASSERT_TRUE(documented) << operation << ": " << answer.status << " is not documented";
    const std::string type = answer.content_type.substr(0, answer.content_type.find(';'));
    const auto* content = schema.resolve(*documented).at("content").as_object().if_contains(type);
    ASSERT_TRUE(content) << operation << ": " << type << " is not documented";
    const json::value body = type.ends_with("json") ? json::parse(answer.body) : json::value(answer.body);
    EXPECT_EQ(schema.check(body, content->at("schema")), "") << operation << " " << answer.body;
  }
  for (const auto& operation : Api::operations())
    EXPECT_TRUE(called.contains(lower(std::string(operation.method)) + " " + std::string(operation.path))) << operation.path;
}

TEST_F(OpenApi, ASchemaThatDoesNotFitIsNoticed) {
  const json::value document = json::parse(R"({"s": {"type": "object", "required": ["a"], "additionalProperties": false,
    "properties": {"a": {"type": "integer"}, "b": {"type": "array", "items": {"enum": ["x"]}}}}})");
  const Schema schema(document);
  const json::value s = json::parse(R"({"$ref": "#/s"})");
  EXPECT_EQ(schema.check(json::parse(R"({"a": 1, "b": ["x"]})"), s), "");
  for (const char* wrong : {"[]", "{}", R"({"a": "1"})", R"({"a": 1.5})", R"({"a": 1, "c": 1})", R"({"a": 1, "b": ["y"]})"})
    EXPECT_NE(schema.check(json::parse(wrong), s), "") << wrong;
}

}  // namespace
}  // namespace banyan::admin
