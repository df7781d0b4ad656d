// Crow's, Drogon's, cpp-httplib's and Pistache's documented ways of registering a route, through Clang.
#include "tests/analyzer/evidence/route_support.hpp"

namespace banyan::evidence::testing {
namespace {

using ::testing::ElementsAre;

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

// One call of a chain says nothing about the next.
TEST(Routes, ChainsRegisterOneByOne) {
  EXPECT_THAT(routes_of(prelude + R"(
namespace httplib { using Handler = std::function<void(const Request&, Response&)>;
  struct Server { Server& Get(const std::string&, Handler); Server& Post(const std::string&, Handler); }; }
namespace drogon { enum HttpMethod { Get, Post };
  struct App { template <class F> App& registerHandler(const std::string&, F&&, const std::vector<HttpMethod>& = {}) { return *this; } };
  App& app(); }
void a(const Request&, Response&); void b(const Request&, Response&);
void setup(httplib::Server& server) {
  server.Get("/a", a).Post("/b", b)
      .Get("/c", [](const Request&, Response&) {});
  drogon::app()
      .registerHandler("/d", [](int) {}, {drogon::Get})
      .registerHandler("/e", [](int) {}, {drogon::Post})
      .registerHandler("/f", [](int) {});
})"),
              ElementsAre("* /f -> lambda [drogon]", "GET /a -> a [httplib]", "GET /c -> lambda [httplib]",
                          "GET /d -> lambda [drogon]", "POST /b -> b [httplib]", "POST /e -> lambda [drogon]"));
}

TEST(Routes, CrowBlueprintsStandUnderTheirPrefix) {
  EXPECT_THAT(routes_of(prelude + R"(
namespace crow { enum class HTTPMethod { Get, Post, GET = Get, POST = Post };
  struct Rule { template <class... M> Rule& methods(M...) { return *this; } template <class F> void operator()(F&&) {} };
  struct Blueprint { Blueprint(const std::string& prefix, const std::string& dir = "");
                     template <unsigned Tag> Rule& new_rule_tagged(std::string) { static Rule r; return r; } };
  struct Websocket { template <class F> Websocket& onopen(F) { return *this; } template <class F> Websocket& onmessage(F) { return *this; } };
  struct Socket { template <class App> Websocket& websocket(App*) { static Websocket w; return w; } };
  struct SimpleApp { template <unsigned Tag> Rule& route(std::string) { static Rule r; return r; }
                     void register_blueprint(Blueprint&); }; }
#define CROW_ROUTE(app, url) app.template route<7>(url)
#define CROW_BP_ROUTE(blueprint, url) blueprint.new_rule_tagged<8>(url)
int main() {
  crow::SimpleApp app;
  crow::Blueprint users("users"), admin("admin", "static");
  CROW_BP_ROUTE(users, "/<int>")([](int) { return 1; });
  CROW_BP_ROUTE(admin, "/stop").methods(crow::HTTPMethod::POST)([] { return 1; });
  app.register_blueprint(users);
  app.register_blueprint(admin);
})"),
              ElementsAre("GET /users/{p1} -> lambda [crow]", "POST /admin/stop -> lambda [crow]"));
}

TEST(Routes, PistacheDescriptions) {
  EXPECT_THAT(routes_of(prelude + R"(
namespace Pistache::Rest { struct Path { template <class F, class O> void bind(F, O*) {} };
  struct PathBuilder { PathBuilder(const char*); };
  struct SubPath { Path route(const PathBuilder&, const std::string&); };
  struct Description { PathBuilder get(const std::string&); PathBuilder del(const std::string&);
    Path route(const PathBuilder&); Path route(const PathBuilder&, const std::string&); SubPath path(const std::string&); }; }
struct Bank { Pistache::Rest::Description desc;
  void all(const Request&, Response); void close(const Request&, Response);
  void describe() {
    desc.route(desc.get("/accounts"), "List them").bind(&Bank::all, this);
    desc.route(desc.del("/accounts/:name")).bind(&Bank::close, this);
  } };
)"),
              ElementsAre("DELETE /accounts/{name} -> close [pistache]", "GET /accounts -> all [pistache]"));
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

TEST(Routes, DrogonPathListsAndRelativePatterns) {
  EXPECT_THAT(
      routes_of(prelude + R"(
namespace drogon { enum HttpMethod { Get, Post, Put };
  namespace internal { struct HttpConstraint { HttpConstraint(HttpMethod) {} HttpConstraint(const char*) {} }; }
  template <class T> struct HttpController { template <class F> static void registerMethod(F&&, const std::string&,
      const std::vector<internal::HttpConstraint>& = {}, bool = true, const std::string& = "") {} };
  template <class T> struct HttpSimpleController {
    static void registerSelf__(const std::string&, const std::vector<internal::HttpConstraint>&) {} };
  template <class T> struct WebSocketController {
    static void registerSelf__(const std::string&, const std::vector<internal::HttpConstraint>&) {} }; }
#define METHOD_LIST_BEGIN static void initPathRouting() {
#define METHOD_ADD(method, pattern, ...) registerMethod(&method, pattern, {__VA_ARGS__}, true, #method)
#define ADD_METHOD_TO(method, pattern, ...) registerMethod(&method, pattern, {__VA_ARGS__}, false, #method)
#define METHOD_LIST_END return; }
#define PATH_LIST_BEGIN static void initPathRouting() {
#define PATH_ADD(path, ...) registerSelf__(path, {__VA_ARGS__})
#define PATH_LIST_END }
#define WS_PATH_LIST_BEGIN static void initPathRouting() {
#define WS_PATH_ADD(path, ...) registerSelf__(path, {__VA_ARGS__})
#define WS_PATH_LIST_END }
using namespace drogon;
struct TestCtrl : drogon::HttpSimpleController<TestCtrl> {
  void asyncHandleHttpRequest(const Request&, std::function<void(const Response&)>&&) {}
  PATH_LIST_BEGIN
  PATH_ADD("/", Get, Post);
  PATH_ADD("/test", "LoginFilter", Get);
  PATH_ADD("/any");
  PATH_LIST_END
};
struct Chat : drogon::WebSocketController<Chat> {
  void handleNewMessage(const Request&, std::string&&) {}
  WS_PATH_LIST_BEGIN
  WS_PATH_ADD("/chat");
  WS_PATH_LIST_END
};
namespace demo { struct Items : drogon::HttpController<Items> {
  METHOD_LIST_BEGIN
  METHOD_ADD(Items::show, "{1}", Get);
  METHOD_ADD(Items::list, "", Get);
  ADD_METHOD_TO(Items::absolute, "/all/items/{id}?x={2}", Get, Put, "LoginFilter");
  METHOD_LIST_END
  void show(const Request&, std::function<void(const Response&)>&&, int) {}
  void list(const Request&, std::function<void(const Response&)>&&) {}
  void absolute(const Request&, std::function<void(const Response&)>&&, int, int) {}
}; }
)"),
      ElementsAre("* /any -> asyncHandleHttpRequest [drogon]", "* /chat -> handleNewMessage [drogon]",
                  "GET / -> asyncHandleHttpRequest [drogon]", "GET /all/items/{id} -> absolute [drogon]",
                  "GET /demo/Items -> list [drogon]", "GET /demo/Items/{p1} -> show [drogon]",
                  "GET /test -> asyncHandleHttpRequest [drogon]", "POST / -> asyncHandleHttpRequest [drogon]",
                  "PUT /all/items/{id} -> absolute [drogon]"));
}

}  // namespace
}  // namespace banyan::evidence::testing
