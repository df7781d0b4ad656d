// One request to the admin listener of a running router. Blocking, with a deadline; any thread.
#pragma once

#include "router/config/config.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace banyan::cli {

struct AdminAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
};

struct AdminCall {
  config::Address address;
  std::string method = "GET";
  std::string target;
  std::string token;  // empty: none
  std::string body;
  std::chrono::milliseconds deadline{10'000};
};

// The answer, or nothing and `why` says what happened.
std::optional<AdminAnswer> call_admin(const AdminCall& call, std::string& why);

std::string percent_encode(std::string_view text);

}  // namespace banyan::cli
