#include "tests/analyzer/facts/parse_code.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::facts::test {
namespace {

struct RegistrationCase {
  const char* name;
  const char* body;
  std::string expected;  // callee(arguments) -> callables
};

std::string program_with_routes(const std::string& body) {
  return R"(#include <functional>
#include <map>
#include <string>
#include <vector>
#define ROUTE(app, path) app.route(path)
struct Request {};
using Handler = std::function<void(Request)>;
using Plain = void (*)(Request);
struct Router {
  Router& route(const std::string& path);
  Router& methods(const char* verb);
  void get(const std::string& path, Handler handler);
  void on(const std::string& verb, const std::string& path, Handler handler);
  void operator()(Handler handler);
};
struct Orders { void list(Request); static void show(Request); };
struct Base { virtual void handle(Request); };
struct Cart : Base { void handle(Request) override; };
void add(const char* path, Base* handler);
void ping(Request);
struct Row { const char* verb; const char* path; void (Orders::*member)(Request); };
const std::string prefix = "/api";
)" + body;
}

std::string in_function(const std::string& name, const std::string& body) {
  return "void " + name + "(Router& router, Orders& orders) {\n" + body + "\n}\n";
}

std::string shown(const Registration& registration) {
  std::string out = registration.callee_name + "(";
  for (std::size_t i = 0; i < registration.arguments.size(); ++i) {
    out += i == 0 ? "" : ", ";
    out += registration.argument_is_string[i] ? registration.arguments[i] : "_";
  }
  out += ") ->";
  for (const std::string& name : registration.callable_names) out += " " + name;
  return out;
}

const RegistrationCase kRegistrations[] = {
    RegistrationCase{"lambda", R"(router.get("/a", [](Request) {});)", "Router::get(/a, _) -> lambda::(lambda)"},
    RegistrationCase{"function", R"(router.get("/a", ping);)", "Router::get(/a, _) -> ping"},
    RegistrationCase{"static_method", R"(router.get("/a", &Orders::show);)", "Router::get(/a, _) -> Orders::show"},
    RegistrationCase{"bind", R"(router.get("/a", std::bind(&Orders::list, &orders, std::placeholders::_1));)",
         "Router::get(/a, _) -> Orders::list"},
    RegistrationCase{"variable", R"(auto h = [](Request) {}; router.get("/a", h);)",
         "Router::get(/a, _) -> variable::(lambda)"},
    RegistrationCase{"verb", R"(router.on("GET", "/a", ping);)", "Router::on(GET, /a, _) -> ping"},
    RegistrationCase{"built_path", R"(router.get(prefix + "/orders", ping);)", "Router::get(/api/orders, _) -> ping"},
    RegistrationCase{"macro", R"(ROUTE(router, "/a")(ping);)", "Router::operator()(/a, _) -> ping"},
    RegistrationCase{"chain", R"(router.route("/a").methods("POST")(ping);)", "Router::operator()(/a, POST, _) -> ping"},
    RegistrationCase{"handler_object", R"(add("/a", new Cart);)", "add(/a, _) -> Cart::handle"},
    RegistrationCase{"rows", R"(static const Row rows[] = {{"GET", "/a", &Orders::list}};)",
         "(GET, /a, _) -> Orders::list"},
    RegistrationCase{"vector_rows", R"(std::vector<Row> rows = {{"GET", "/a", &Orders::list}};)",
         "(GET, /a, _) -> Orders::list"},
    RegistrationCase{"map_rows", R"(std::map<std::string, Plain> m{{"/a", &ping}};)", "(/a, _) -> ping"},
    RegistrationCase{"map_assignment", R"(std::map<std::string, Handler> m; m["/a"] = ping;)",
         "std::function::operator=(/a, _) -> ping"},
    RegistrationCase{"pointer_assignment", R"(std::map<std::string, Plain> m; m["/a"] = &ping;)",
         "operator=(/a, _) -> ping"}};

// One unit for all cases: parsing the library's headers is what costs time.
TEST(Registrations, TieStringsToCallables) {
  std::string code;
  for (const RegistrationCase& one : kRegistrations) code += in_function(one.name, one.body);
  const UnitFacts unit = parse(program_with_routes(code));
  for (const RegistrationCase& one : kRegistrations) {
    std::vector<std::string> found;
    for (const Registration& registration : file(unit).registrations) {
      if (registration.in_usr.starts_with(std::string("c:@F@") + one.name + "#"))
        found.push_back(shown(registration));
    }
    EXPECT_THAT(found, testing::ElementsAre(one.expected)) << one.name;
  }
}

TEST(Registrations, OfAMacroStandAtItsUse) {
  const UnitFacts unit = parse(program_with_routes(in_function("setup", "  ROUTE(router, \"/a\")(ping);")));
  const auto& registrations = file(unit).registrations;
  ASSERT_EQ(registrations.size(), 1U);
  EXPECT_EQ(registrations[0].macro, "ROUTE");
  EXPECT_EQ(registrations[0].object_type, "Router");
  EXPECT_EQ(registrations[0].at.column, 3U);
}

TEST(Registrations, NeedBothAStringAndACallable) {
  const UnitFacts unit =
      parse(program_with_routes(in_function("setup", R"(std::string s = "/a"; Handler h = ping; h(Request{});)")));
  EXPECT_TRUE(file(unit).registrations.empty());
}

}  // namespace
}  // namespace banyan::facts::test
