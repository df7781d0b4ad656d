// A request and an answer as the modules see them; nothing of the network library.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace shop::core {

struct Request {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;  // decoded
  std::map<std::string, std::string> params;  // of the path
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const;
  std::string query_value(const std::string& name, const std::string& fallback = "") const;

  // Throws bad_request unless the path parameter is a positive integer.
  std::int64_t id(const std::string& name = "id") const;

  // limit and offset of a list.
  std::int64_t limit() const;
  std::int64_t offset() const;
  std::optional<std::int64_t> query_id(const std::string& name) const;

  // Who asks: absent is nothing, nonsense is bad_request.
  std::optional<std::int64_t> account() const;
  std::int64_t require_account() const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Thrown by handlers; the router turns it into an answer.
class ApiError : public std::runtime_error {
 public:
  ApiError(int status, std::string code, const std::string& message)
      : std::runtime_error(message), status_(status), code_(std::move(code)) {}
  int status() const { return status_; }
  const std::string& code() const { return code_; }

 private:
  int status_;
  std::string code_;
};

ApiError bad_request(const std::string& message);
ApiError not_found(const std::string& kind, std::int64_t id);
ApiError not_found(const std::string& kind, const std::string& id);
ApiError conflict(const std::string& code, const std::string& message);

Response error_response(int status, const std::string& code, const std::string& message);
Response html(const std::string& page);

// "a=1&b=2" -> {a:1, b:2}; the first of two equal names wins.
std::map<std::string, std::string> parse_query(const std::string& text);

}  // namespace shop::core
