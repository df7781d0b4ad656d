// Registering routes: tables, house frameworks, patterns, and the smaller libraries' documented ways, through Clang.
#include "tests/analyzer/evidence/route_support.hpp"

namespace banyan::evidence::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Routes, EachListenerHasItsOwnPath) {
  EXPECT_THAT(
      routes_of(prelude + R"(
namespace web::http { struct http_request {}; using method = std::string;
  struct methods { static const method GET, POST; };
  namespace experimental::listener { struct http_listener { http_listener(const std::string&);
    void support(const method&, const std::function<void(http_request)>&);
    void support(const std::function<void(http_request)>&); }; } }
using namespace web::http; using namespace web::http::experimental::listener;
void on_get(http_request);
void setup() {
  http_listener orders("http://localhost:8080/orders");
  http_listener stock(std::string("http://0.0.0.0:8080/v1/stock/"));
  orders.support(methods::GET, on_get);
  stock.support(methods::POST, on_get);
  stock.support(methods::GET, [](http_request) {});
})"),
      ElementsAre("GET /orders/** -> on_get [cpprestsdk]", "GET /v1/stock/** -> lambda [cpprestsdk]",
                  "POST /v1/stock/** -> on_get [cpprestsdk]"));
}

TEST(Routes, OatppEndpoint) {
  EXPECT_THAT(
      routes_of(prelude + R"(
namespace oatpp::web::server::api { struct Handler { template <class C, class F>
    static Handler* create(C*, const std::string& method, const std::string& path, F) { return nullptr; } };
  struct ApiController { void* createEndpoint(Handler*); }; }
#define ENDPOINT(METHOD, PATH, NAME) \
  void* NAME##_endpoint = createEndpoint(oatpp::web::server::api::Handler::create(this, METHOD, PATH, &My::NAME)); \
  void NAME()
struct My : oatpp::web::server::api::ApiController {
  ENDPOINT("GET", "/users/{userId}", getUser) {}
  ENDPOINT("PUT", "/users/{userId}", putUser) {}
};
My my;
)"),
      ElementsAre("GET /users/{userId} -> getUser [oatpp]", "PUT /users/{userId} -> putUser [oatpp]"));
}

TEST(Routes, RestinioAndSimpleWeb) {
  EXPECT_THAT(routes_of(prelude + R"(
namespace restinio::router { struct express_router_t {
  template <class F> void http_get(const char*, F&&) {} template <class F> void http_delete(const char*, F&&) {} }; }
namespace SimpleWeb { struct Server { std::map<std::string, std::map<std::string, std::function<void(int)>>> resource; }; }
void setup(restinio::router::express_router_t* router, SimpleWeb::Server& server) {
  router->http_get("/single/:param", [](int) {});
  router->http_delete("/single/:param", [](int) {});
  server.resource["^/match/([0-9]+)$"]["GET"] = [](int) {};
})"),
              ElementsAre("DELETE /single/{param} -> lambda [restinio]", "GET /match/{p1} -> lambda [call]",
                          "GET /single/{param} -> lambda [restinio]"));
}

TEST(Routes, CpprestTakesThePathFromItsListener) {
  EXPECT_THAT(
      routes_of(prelude + R"(
namespace web::http { struct http_request {}; using method = std::string;
  struct methods { static const method GET, POST; };
  namespace experimental::listener { struct http_listener { http_listener(const std::string&);
    void support(const method&, const std::function<void(http_request)>&); }; } }
using namespace web::http; using namespace web::http::experimental::listener;
void on_get(http_request);
void setup() {
  http_listener listener("http://localhost:8080/restdemo");
  listener.support(methods::GET, on_get);
  listener.support(methods::POST, [](http_request) {});
})"),
      ElementsAre("GET /restdemo/** -> on_get [cpprestsdk]", "POST /restdemo/** -> lambda [cpprestsdk]"));
}

TEST(Routes, TablesAndHouseRouters) {
  EXPECT_THAT(routes_of(prelude + R"(
struct Orders { Response list(const Request&); Response show(const Request&); };
struct Row { const char* method; const char* path; Response (Orders::*handler)(const Request&); };
static const Row rows[] = {{"GET", "/orders", &Orders::list}, {"DELETE", "/orders/{id}", &Orders::show}};
enum class verb { get, post };
struct Router { void add(verb, const std::string&, std::function<void()>); void put(const std::string&, std::function<void()>);
                void handle(const std::string&, std::function<void()>); };
void ping();
void setup(Router& router, std::map<std::string, void (*)()>& handlers) {
  router.add(verb::post, "/orders", ping);
  router.put("/orders/{id:[0-9]+}", [] {});
  router.handle("/ping", &ping);
  std::vector<std::string> names = {"GET", "/not/a/route"};
})"),
              ElementsAre("* /ping -> ping [handler]", "DELETE /orders/{id} -> show [table]",
                          "GET /orders -> list [table]", "POST /orders -> ping [call]",
                          "PUT /orders/{id} -> lambda [verb method]"));
}

TEST(Routes, BeastTargetCompares) {
  EXPECT_THAT(routes_of(prelude + R"(
#include <string_view>
namespace http { enum class verb { get, post };
  struct string_view { string_view(const char*); bool starts_with(const char*) const; };
  bool operator==(string_view, string_view);
  struct request { string_view target() const; verb method() const; }; }
void handle(const http::request& req) {
  if (req.method() == http::verb::get && req.target() == "/count") return;
  if (req.target().starts_with("/files/")) return;
  if (http::string_view("x") == "/not/compared/with/a/target") return;
})"),
              ElementsAre("* /files/** -> handle [target compare]", "GET /count -> handle [target compare]"));
}

TEST(Routes, ConfiguredPatterns) {
  RoutePattern pattern;
  pattern.callee = "house::*::serve";
  pattern.path_argument = 1;
  pattern.method_argument = 0;
  EXPECT_THAT(routes_of(prelude + R"(
namespace house::web { void serve(const std::string&, const std::string&, void (*)()); }
void page();
void setup() { house::web::serve("patch", "things/{id}", page); })",
                        {pattern}),
              ElementsAre("PATCH things/{id} -> page [pattern]"));
}

TEST(Routes, ConfiguredPatternsMayHaveAPrefix) {
  RoutePattern pattern;
  pattern.callee = "House::on_*";
  pattern.prefix = "/api";
  EXPECT_THAT(routes_of(prelude + R"(
struct House { void on_get(const std::string&, void (*)()); void on_delete(const std::string&, void (*)()); };
void page();
void setup(House& house) { house.on_get("/a", page); house.on_delete("/a/{id}", page); })",
                        {pattern}),
              ElementsAre("DELETE /api/a/{id} -> page [pattern]", "GET /api/a -> page [pattern]"));
}

TEST(Routes, OtherCallbacksAreNoRoutes) {
  EXPECT_THAT(routes_of(prelude + R"(
struct Bus { void subscribe(const std::string&, std::function<void()>); };
struct Options { void add(const std::string&, std::function<void()>); };
struct Watcher { void watch(const std::string&, std::function<void()>); };
void tick();
void setup(Bus& bus, Options& options, Watcher& watcher) {
  bus.subscribe("orders.placed", tick);
  options.add("--help", tick);
  watcher.watch("/etc/passwd", tick);
})"),
              IsEmpty());
}

TEST(Routes, WhatClientsAskForIsNoRoute) {
  EXPECT_THAT(routes_of(prelude + R"(
struct Answer {}; struct User {};
User to_user(const Answer&);
struct Remote { Answer get(const std::string&); void get(const std::string&, std::function<void(Answer)>); };
struct HttpClient { void Post(const std::string&, std::function<void(Answer)>); };
struct ApiFetcher { void on(const std::string&, std::function<void(Answer)>); };
std::vector<User> rows(const Answer&, const std::string&, User (*)(const Answer&));
void load(Remote& remote, HttpClient& client, ApiFetcher& fetcher) {
  rows(remote.get("/api/users"), "users", &to_user);
  remote.get("/api/orders", [](Answer) {});
  client.Post("/api/pay", [](Answer) {});
  fetcher.on("/api/stock", [](Answer) {});
})"),
              IsEmpty());
}

TEST(Routes, PathsComeOutInOneSpelling) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"/users/:id", "/users/{id}"},
      {"/users/<int>", "/users/{p1}"},
      {"/users/<int:id>", "/users/{id}"},
      {"/users/{id:[0-9]+}", "/users/{id}"},
      {"^/users/([0-9]+)$", "/users/{p1}"},
      {"/users/(\\d+)/x/(\\w+)", "/users/{p1}/x/{p2}"},
      {"/static/*", "/static/**"},
      {"/static/(.*)", "/static/**"},
      {"/a/*/b", "/a/{p1}/b"},
      {"/", "/"},
      {"/a/", "/a/"},
      {"/{id}/{id}", "/{id}/{p2}"},
      {"/t?userId={1}&x={2}", "/t"},
      {"/v1\\.0/x", "/v1.0/x"},
      {"/files/{*path}", "/files/**"},
      {"/u/(?<name>[a-z/]+)", "/u/{name}"},
      {"/x/<path>", "/x/**"},
      {"/{1}/info", "/{p1}/info"}};
  for (const auto& [in, out] : rows) EXPECT_EQ(normal_path(in), out) << in;
}

TEST(Routes, VerbsInManySpellings) {
  EXPECT_THAT(verbs_in("http::verb::delete_"), ElementsAre("DELETE"));
  EXPECT_THAT(verbs_in("HTTPRequest::HTTP_GET"), ElementsAre("GET"));
  EXPECT_THAT(verbs_in("{Get, Post}"), ElementsAre("GET", "POST"));
  EXPECT_THAT(verbs_in("GET|PUT"), ElementsAre("GET", "PUT"));
  EXPECT_THAT(verbs_in("get"), ElementsAre("GET"));
  EXPECT_THAT(verbs_in("[](int) { return get(); }"), IsEmpty());
  EXPECT_THAT(verbs_in("getter"), IsEmpty());
}

}  // namespace
}  // namespace banyan::evidence::testing
