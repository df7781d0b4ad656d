// Paths to handlers. Filled once at start, read by all threads afterwards.
//
//   router.add("GET", "/api/things/{id}", [](const Request& r) { ... });
//   const MethodRow<Things> rows[] = {{"GET", "/api/things", &Things::list}, ...}; router.add_rows(things, rows);
//   SHOP_ROUTE(router, GET, "/api/things", Things, list);
//
// A literal segment wins over a {parameter}. HEAD is answered by GET's handler, OPTIONS by the router.
#pragma once

#include "core/http.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shop::core {

using Handler = std::function<Response(const Request&)>;

template <typename Controller>
struct MethodRow {
  const char* method;
  const char* path;
  Response (Controller::*handler)(const Request&);
};

struct FunctionRow {
  const char* method;
  const char* path;
  Response (*handler)(const Request&);
};

class Router {
 public:
  Router();
  ~Router();

  void add(const std::string& method, const std::string& path, Handler handler);
  void get(const std::string& path, Handler handler) { add("GET", path, std::move(handler)); }
  void post(const std::string& path, Handler handler) { add("POST", path, std::move(handler)); }
  void put(const std::string& path, Handler handler) { add("PUT", path, std::move(handler)); }
  void del(const std::string& path, Handler handler) { add("DELETE", path, std::move(handler)); }

  template <typename Controller, std::size_t N>
  void add_rows(Controller& controller, const MethodRow<Controller> (&rows)[N]) {
    for (const auto& row : rows) {
      add(row.method, row.path,
          [&controller, handler = row.handler](const Request& request) { return (controller.*handler)(request); });
    }
  }

  // Finds the handler, runs it, turns whatever it throws into an answer.
  Response handle(Request& request) const;

  struct Listed {
    std::string method, path;
  };
  const std::vector<Listed>& routes() const { return routes_; }

 private:
  struct Node;
  const Node* find(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                   std::vector<std::string>& values) const;
  Response dispatch(Request& request) const;

  std::unique_ptr<Node> root_;
  std::vector<Listed> routes_;
};

}  // namespace shop::core

#define SHOP_ROUTE(router, verb, path, Controller, method)                                     \
  (router).add(#verb, path, [](const ::shop::core::Request& request) {                         \
    return Controller::instance().method(request);                                             \
  })
