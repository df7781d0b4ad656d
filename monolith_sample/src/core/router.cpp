#include "core/router.hpp"

#include "core/database.hpp"
#include "core/globals.hpp"
#include "core/log.hpp"
#include "core/remote.hpp"
#include "core/session.hpp"
#include "core/util.hpp"

#include <stdexcept>

namespace shop::core {

struct Router::Node {
  struct Leaf {
    Handler handler;
    std::vector<std::string> names;
  };
  std::map<std::string, std::unique_ptr<Node>> literals;
  std::unique_ptr<Node> parameter;
  std::map<std::string, Leaf> leaves;  // by method
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(const std::string& method, const std::string& path, Handler handler) {
  Node* node = root_.get();
  Node::Leaf leaf{std::move(handler), {}};
  for (const auto& segment : split(std::string_view(path).substr(1), '/')) {
    std::unique_ptr<Node>* next = nullptr;
    if (segment.size() > 2 && segment.front() == '{' && segment.back() == '}') {
      leaf.names.push_back(segment.substr(1, segment.size() - 2));
      next = &node->parameter;
    } else {
      next = &node->literals[segment];
    }
    if (!*next) *next = std::make_unique<Node>();
    node = next->get();
  }
  if (!node->leaves.emplace(method, std::move(leaf)).second) {
    throw std::logic_error("route registered twice: " + method + " " + path);
  }
  routes_.push_back({method, path});
}

const Router::Node* Router::find(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                                 std::vector<std::string>& values) const {
  if (at == segments.size()) return node.leaves.empty() ? nullptr : &node;
  const auto literal = node.literals.find(segments[at]);
  if (literal != node.literals.end()) {
    if (const Node* found = find(*literal->second, segments, at + 1, values)) return found;
  }
  if (!node.parameter || segments[at].empty()) return nullptr;
  values.push_back(url_decode(segments[at]));
  if (const Node* found = find(*node.parameter, segments, at + 1, values)) return found;
  values.pop_back();
  return nullptr;
}

Response Router::dispatch(Request& request) const {
  std::vector<std::string> values;
  const Node* node = nullptr;
  if (!request.path.empty() && request.path.front() == '/') {
    node = find(*root_, split(std::string_view(request.path).substr(1), '/'), 0, values);
  }
  if (node == nullptr) return error_response(404, "not_found", "no such path");
  auto leaf = node->leaves.find(request.method);
  if (leaf == node->leaves.end() && request.method == "HEAD") leaf = node->leaves.find("GET");
  if (leaf == node->leaves.end()) {
    std::vector<std::string> methods;
    for (const auto& [method, unused] : node->leaves) methods.push_back(method);
    Response response = request.method == "OPTIONS"
                            ? Response{204, "", {}, ""}
                            : error_response(405, "method_not_allowed", request.method + " is not allowed here");
    response.headers.emplace_back("Allow", join(methods, ", "));
    return response;
  }
  for (std::size_t i = 0; i < values.size(); ++i) request.params[leaf->second.names[i]] = values[i];
  return leaf->second.handler(request);
}

Response Router::handle(Request& request) const {
  ++g_request_count;
  std::int64_t account = 0;
  g_current_account = parse_int(request.header("x-account-id"), account) ? account : 0;
  g_current_trace = request.header("traceparent");
  try {
    return dispatch(request);
  } catch (const ApiError& error) {
    return error_response(error.status(), error.code(), error.what());
  } catch (const DatabaseError& error) {
    log_error(request.method + " " + request.path + ": " + error.what());
    if (error.is_constraint()) return error_response(409, "conflict", "the data does not allow it");
    return error_response(500, "internal", "internal error");
  } catch (const std::exception& error) {
    log_error(request.method + " " + request.path + ": " + error.what());
    return error_response(500, "internal", "internal error");
  }
}

}  // namespace shop::core
