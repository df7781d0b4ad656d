// The requests of shop_requests.txt, and what it takes to play them against a shop.
#pragma once

#include <string>
#include <vector>

#include "tests/support/http_client.hpp"

namespace banyan::e2e {

struct ShopRequest {
  std::string method;
  std::string target;
  std::string account;  // empty: no X-Account-Id
  std::string body;
  bool status_only = false;
  bool inventory = false;  // answered by the inventory service once it is live
  std::size_t line = 0;
};

std::vector<ShopRequest> shop_requests();
support::HttpResponse play(support::HttpClient& client, const ShopRequest& request);

// True when a route template such as "/api/orders/{id}" covers the path of the target.
bool covers(const std::string& route_path, const std::string& target);

}  // namespace banyan::e2e
