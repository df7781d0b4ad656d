#include "extracted_services/service/api.hpp"

#include <gtest/gtest.h>

namespace banyan::service {

struct Wish {
  Bounded<1, 9> quantity;
};
BOOST_DESCRIBE_STRUCT(Wish, (), (quantity))

namespace {

Outcome<Wish> get(const Call<>&, store::Connection&) { return Wish{}; }
Outcome<Wish> make_thing(const Call<None, Wish>&, store::Connection&) { return Wish{}; }

Api sample() {
  Api api("Sample", "1.2.3");
  api.add(endpoint({"GET", "/v1/things", "listThings", ""}, get));
  api.add(endpoint({"POST", "/v1/things", "makeThing", "", 201, {404}}, make_thing));
  api.add(endpoint({"GET", "/v1/things/{id}", "getThing", "", 200, {404}}, get));
  api.add(endpoint({"GET", "/v1/things/summary", "summary", ""}, get));
  api.add(endpoint({"POST", "/v1/things/{id}/parts/{part}", "addPart", ""}, make_thing));
  return api;
}

std::string operation(const Match& match) { return match.endpoint ? match.endpoint->spec.operation : "none"; }

TEST(Match, ALiteralBeatsAParameterWhateverTheMethod) {
  const auto api = sample();
  EXPECT_EQ(operation(api.match("GET", "/v1/things/summary")), "summary");
  EXPECT_EQ(operation(api.match("GET", "/v1/things/7")), "getThing");
  const auto match = api.match("POST", "/v1/things/summary");
  EXPECT_EQ(operation(match), "none");
  EXPECT_EQ(match.allowed, std::vector<std::string>{"GET"});
}

TEST(Match, GivesThePathsValuesDecoded) {
  const auto api = sample();  // the match points into it
  const auto match = api.match("POST", "/v1/things/%37/parts/a%2Fb");
  ASSERT_EQ(operation(match), "addPart");
  EXPECT_EQ(match.path_values.at("id"), "7");
  EXPECT_EQ(match.path_values.at("part"), "a/b");
}

TEST(Match, HeadIsAnsweredByGet) {
  const auto api = sample();
  EXPECT_EQ(operation(api.match("HEAD", "/v1/things")), "listThings");
}

TEST(Match, SaysWhichMethodsAPathHas) {
  const auto api = sample();  // the match points into it
  const auto match = api.match("DELETE", "/v1/things");
  EXPECT_EQ(operation(match), "none");
  EXPECT_EQ(match.allowed, (std::vector<std::string>{"GET", "POST"}));
}

TEST(Match, UnknownPathsHaveNoMethods) {
  for (const char* path : {"/", "", "v1/things", "/v1", "/v1/things/", "/v1//things", "/v1/things/7/",
                           "/V1/things", "/v1/things/7/parts", "/v1/things/7/parts/1/2"})
    EXPECT_TRUE(sample().match("GET", path).allowed.empty()) << path;
}

TEST(Openapi, HoldsEveryDeclaredEndpoint) {
  const auto api = sample();
  const auto document = api.openapi();
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  for (const auto& endpoint : api.endpoints()) {
    std::string method = endpoint.spec.method;
    for (auto& letter : method) letter = static_cast<char>(std::tolower(letter));
    const auto& operation = document.at("paths").at(endpoint.spec.path).at(method).as_object();
    EXPECT_EQ(operation.at("operationId").as_string(), endpoint.spec.operation);
    EXPECT_TRUE(operation.at("responses").as_object().contains(std::to_string(endpoint.spec.success)));
  }
}

TEST(Openapi, DeclaresParametersBodyAndFaults) {
  const auto document = sample().openapi();
  const auto& post_operation = document.at("paths").at("/v1/things").at("post").as_object();
  EXPECT_TRUE(post_operation.at("requestBody").at("required").as_bool());
  for (const char* status : {"201", "400", "404", "409", "413", "422"})
    EXPECT_TRUE(post_operation.at("responses").as_object().contains(status)) << status;
  const auto& parameters =
      document.at("paths").at("/v1/things/{id}/parts/{part}").at("post").at("parameters").as_array();
  ASSERT_EQ(parameters.size(), 3u);  // two of the path, and Idempotency-Key
  EXPECT_EQ(parameters[1].at("name").as_string(), "part");
  EXPECT_EQ(parameters[2].at("name").as_string(), "Idempotency-Key");
}

TEST(Prepare, ChecksThePathBeforeTheBody) {
  const auto api = sample();
  auto match = api.match("POST", "/v1/things/x/parts/0");
  Request request{"POST", "/v1/things/x/parts/0", {}, "{", "", match.path_values};
  EXPECT_EQ(match.endpoint->prepare(request).error().message, "id must be a positive integer");
  request.path_values = {{"id", "1"}, {"part", "0"}};
  EXPECT_EQ(match.endpoint->prepare(request).error().message, "part must be a positive integer");
  request.path_values = {{"id", "1"}, {"part", "2"}};
  EXPECT_EQ(match.endpoint->prepare(request).error().message, "body must be a JSON object");
}

TEST(Dialects, AreChosenByPrefix) {
  static const Dialect own{"text/x-own", [](const Fault& fault, std::string_view) { return fault.code; },
                           [] { return json::object(); }};
  auto api = sample();
  api.use_dialect("/api/", own);
  EXPECT_EQ(api.dialect("/api/things").content_type, "text/x-own");
  EXPECT_EQ(api.dialect("/apiary").content_type, "application/problem+json");
}

TEST(ProblemJson, NamesTheMemberAndTheTrace) {
  const Fault fault{400, "bad_request", "quantity must be an integer", "/quantity", "send 1 to 9"};
  const auto problem = json::parse(problem_json().render(fault, "abc")).as_object();
  EXPECT_EQ(problem.at("status").as_int64(), 400);
  EXPECT_EQ(problem.at("title").as_string(), "Bad Request");
  EXPECT_EQ(problem.at("detail").as_string(), "quantity must be an integer: send 1 to 9");
  EXPECT_EQ(problem.at("errors").at(0).at("pointer").as_string(), "/quantity");
  EXPECT_EQ(problem.at("trace_id").as_string(), "abc");
}

}  // namespace
}  // namespace banyan::service
