// Each framework's documented way of registering a route, as source text, through Clang.
#include "analyzer/evidence/routes.hpp"

#include "tests/analyzer/evidence/source_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::evidence::testing {
namespace {

using Strings = std::vector<std::string>;

// "GET /users/{id} -> show": the handler's last name, `lambda` for lambdas.
Strings routes_of(const std::string& source, const std::vector<RoutePattern>& patterns = {}) {
  Strings errors;
  const facts::Program program = program_of({{"main.cpp", source}}, &errors);
  EXPECT_THAT(errors, ::testing::IsEmpty());
  Strings out;
  for (const Route& route : find_routes(program, patterns)) {
    const std::size_t colon = route.handler_name.rfind("::");
    std::string handler =
        colon == std::string::npos ? route.handler_name : route.handler_name.substr(colon + 2);
    if (handler.find("operator()") != std::string::npos || handler.find("lambda") != std::string::npos)
      handler = "lambda";
    EXPECT_FALSE(route.handler_usr.empty()) << route.path;
    out.push_back(route.method + " " + route.path + " -> " + handler + " [" + route.detector + "]");
  }
  return out;
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string prelude = R"(
#include <functional>
#include <map>
#include <string>
#include <vector>
struct Request {}; struct Response {};
)";

TEST(Routes, HttplibVerbMethods) {
  EXPECT_THAT(routes_of(prelude + R"cpp(
                namespace httplib {
                using Handler = std::function<void(const Request&, Response&)>;
                struct Server {
                  Server& Get(const std::string&, Handler);
                  Server& Post(const std::string&, Handler);
                  Server& Delete(const std::string&, Handler);
                };
                struct Client {
                  void Get(const std::string&, std::function<bool(int)>);
                };
                }  // namespace httplib
                void hi(const Request&, Response&);
                void setup(httplib::Server& svr, httplib::Client& client) {
                  svr.Get("/hi", hi);
                  svr.Get(R"(/numbers/(\d+))", [](const Request&, Response&) {});
                  svr.Post("/users/:id", [&](const Request&, Response&) {});
                  svr.Delete("/users/:id", hi);
                  client.Get("/download", [](int) { return true; });
                })cpp"),
              ElementsAre("DELETE /users/{id} -> hi [httplib]", "GET /hi -> hi [httplib]",
                          "GET /numbers/{p1} -> lambda [httplib]", "POST /users/{id} -> lambda [httplib]"));
}

TEST(Routes, PistacheBindsMethods) {
  EXPECT_THAT(routes_of(prelude + R"(
namespace Pistache::Rest { struct Router {};
  using Handler = std::function<void(const Request&, Response)>;
  namespace Routes { void Get(Router&, const std::string&, Handler); void Post(Router&, const std::string&, Handler);
    template <class C, class O> Handler bind(void (C::*f)(const Request&, Response), O* o) {
      return [=](const Request& r, Response s) { (o->*f)(r, s); }; } } }
struct Stats { Pistache::Rest::Router router;
  void doGet(const Request&, Response); void doRecord(const Request&, Response);
  void setup() { using namespace Pistache::Rest;
    Routes::Get(router, "/value/:name", Routes::bind(&Stats::doGet, this));
    Routes::Post(router, "/record/:name/:value?", Routes::bind(&Stats::doRecord, this)); } };
)"),
              ElementsAre("GET /value/{name} -> doGet [pistache]",
                          "POST /record/{name}/{value} -> doRecord [pistache]"));
}

TEST(Routes, CrowMacrosAndMethods) {
  EXPECT_THAT(routes_of(prelude + R"(
namespace crow { enum class HTTPMethod { Get, Post, Delete };
  struct Rule { Rule& methods(HTTPMethod); template <class... M> Rule& methods(HTTPMethod m, M... r) { return methods(m); }
                template <class F> void operator()(F&&) {} };
  struct SimpleApp { template <unsigned Tag> Rule& route(std::string) { static Rule r; return r; }
                     Rule& route_dynamic(std::string); };
  inline namespace literals { constexpr HTTPMethod operator""_method(const char*, unsigned long) { return HTTPMethod::Post; } } }
#define CROW_ROUTE(app, url) app.template route<7>(url)
using namespace crow;
void setup(crow::SimpleApp& app) {
  CROW_ROUTE(app, "/")([] { return 1; });
  CROW_ROUTE(app, "/add/<int>/<string>")([](int, std::string) { return 2; });
  CROW_ROUTE(app, "/things").methods(crow::HTTPMethod::Post)([] { return 3; });
  CROW_ROUTE(app, "/many").methods("POST"_method, "DELETE"_method)([] { return 3; });
  app.route_dynamic("/dynamic/<path>")([] { return 4; });
})"),
              ElementsAre("DELETE /many -> lambda [crow]", "GET / -> lambda [crow]",
                          "GET /add/{p1}/{p2} -> lambda [crow]", "GET /dynamic/** -> lambda [crow]",
                          "POST /many -> lambda [crow]", "POST /things -> lambda [crow]"));
}

TEST(Routes, DrogonMacrosAndHandlers) {
  EXPECT_THAT(
      routes_of(prelude + R"(
namespace drogon { enum HttpMethod { Get, Post, Put };
  namespace internal { struct Constraint { Constraint(HttpMethod) {} Constraint(const std::string&) {} }; }
  template <class T> struct HttpController { template <class F> static void registerMethod(F&&, const std::string&,
      const std::vector<internal::Constraint>& = {}, bool = true) {} };
  struct App { template <class F> App& registerHandler(const std::string&, F&&,
      const std::vector<internal::Constraint>& = {}) { return *this; } };
  App& app(); }
#define METHOD_ADD(method, pattern, ...) registerMethod(&method, pattern, {__VA_ARGS__}, true)
#define ADD_METHOD_TO(method, pattern, ...) registerMethod(&method, pattern, {__VA_ARGS__}, false)
using namespace drogon;
namespace api::v1 { struct User : HttpController<User> {
  void login(int); void info(int);
  static void initPathRouting() {
    METHOD_ADD(User::login, "/token?userId={1}", Post);
    ADD_METHOD_TO(User::info, "/users/{id}", Get);
  } }; }
void setup() { drogon::app().registerHandler("/hello/{name}", [](int) {}, {Get, Put}); }
)"),
      ElementsAre("GET /hello/{name} -> lambda [drogon]", "GET /users/{id} -> info [drogon]",
                  "POST /api/v1/User/token -> login [drogon]", "PUT /hello/{name} -> lambda [drogon]"));
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
