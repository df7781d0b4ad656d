// The examples of cpp-httplib's documentation, with its own header where Debian's package is installed.
#include "analyzer/evidence/routes.hpp"
#include "tests/analyzer/evidence/source_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace banyan::evidence::testing {
namespace {

TEST(Httplib, ItsDocumentedProgramIsReadExactly) {
  if (!std::filesystem::exists("/usr/include/httplib.h")) GTEST_SKIP() << "libcpp-httplib-dev is not installed";
  std::vector<std::string> errors;
  const facts::Program program = program_of({{"main.cpp", R"cpp(
#include <httplib.h>

int main(void) {
  using namespace httplib;
  Server svr;

  svr.Get("/hi", [](const Request& req, Response& res) { res.set_content("Hello World!", "text/plain"); });

  // Match the request path against a regular expression and extract its captures
  svr.Get(R"(/numbers/(\d+))", [&](const Request& req, Response& res) {
    auto numbers = req.matches[1];
    res.set_content(numbers, "text/plain");
  });

  // Extract values from HTTP headers and URL query params
  svr.Get("/body-header-param", [](const Request& req, Response& res) {
    if (req.has_header("Content-Length")) { auto val = req.get_header_value("Content-Length"); }
    if (req.has_param("key")) { auto val = req.get_param_value("key"); }
    res.set_content(req.body, "text/plain");
  });

  svr.Get("/stop", [&](const Request& req, Response& res) { svr.stop(); });

  svr.Post("/content_receiver", [&](const Request& req, Response& res, const ContentReader& content_reader) {
    std::string body;
    content_reader([&](const char* data, size_t data_length) { body.append(data, data_length); return true; });
  });

  svr.Put("/items", [](const Request&, Response&) {}).Patch("/items", [](const Request&, Response&) {});
  svr.Delete(R"(/items/(.*))", [](const Request&, Response&) {});
  svr.Options("/items", [](const Request&, Response&) {});

  svr.set_mount_point("/public", "./www");
  svr.set_error_handler([](const Request& req, Response& res) { res.set_content("<p>/error</p>", "text/html"); });
  svr.set_logger([](const Request& req, const Response& res) {});
  svr.set_pre_routing_handler([](const Request& req, Response& res) {
    if (req.path == "/hello") { res.set_content("world", "text/html"); return Server::HandlerResponse::Handled; }
    return Server::HandlerResponse::Unhandled;
  });

  Client cli("localhost", 1234);
  auto res = cli.Get("/remote", [](uint64_t current, uint64_t total) { return true; });
  svr.listen("localhost", 1234);
}
)cpp"}},
                                             &errors);
  EXPECT_THAT(errors, ::testing::IsEmpty());
  std::vector<std::string> seen;
  for (const Route& route : find_routes(program, {})) {
    if (route.detector != "target compare") seen.push_back(route.method + " " + route.path);
    EXPECT_NE(route.path, "/remote") << "a client asks, it does not serve";
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("DELETE /items/**", "GET /body-header-param", "GET /hi",
                                           "GET /numbers/{p1}", "GET /stop", "OPTIONS /items", "PATCH /items",
                                           "POST /content_receiver", "PUT /items"));
}

}  // namespace
}  // namespace banyan::evidence::testing
