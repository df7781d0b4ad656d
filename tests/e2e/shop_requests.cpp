#include "tests/e2e/shop_requests.hpp"

#include <sstream>
#include <stdexcept>

#include "tests/support/process.hpp"

namespace banyan::e2e {
namespace {

std::vector<std::string> segments(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream stream(path.substr(0, path.find('?')));
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

}  // namespace

std::vector<ShopRequest> shop_requests() {
  std::istringstream file(support::read_file(BANYAN_SOURCE_DIR "/tests/e2e/shop_requests.txt"));
  std::vector<ShopRequest> requests;
  std::size_t number = 0;
  bool inventory = false;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line == "# inventory: begin") inventory = true;
    if (line == "# inventory: end") inventory = false;
    if (line.empty() || line[0] == '#') continue;
    ShopRequest request{.method = {}, .target = {}, .account = {}, .body = {}, .status_only = line[0] == '~',
                        .inventory = inventory, .line = number};
    std::istringstream words(request.status_only ? line.substr(1) : line);
    words >> request.method >> request.target >> request.account >> std::ws;
    std::getline(words, request.body);
    if (request.account.empty()) throw std::runtime_error("shop_requests.txt:" + std::to_string(number) + ": no account");
    if (request.account == "-") request.account.clear();
    requests.push_back(std::move(request));
  }
  return requests;
}

support::HttpResponse play(support::HttpClient& client, const ShopRequest& request) {
  support::HttpHeaders headers;
  if (!request.account.empty()) headers.emplace_back("X-Account-Id", request.account);
  if (!request.body.empty()) headers.emplace_back("Content-Type", "application/json");
  return client.request(request.method, request.target, headers, request.body);
}

bool covers(const std::string& route_path, const std::string& target) {
  const auto route = segments(route_path);
  const auto path = segments(target);
  if (route.size() != path.size()) return false;
  for (std::size_t i = 0; i < route.size(); ++i) {
    if (route[i].front() != '{' && route[i] != path[i]) return false;
  }
  return true;
}

}  // namespace banyan::e2e
