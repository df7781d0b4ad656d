#include "core/http.hpp"

#include "core/json.hpp"
#include "core/util.hpp"

namespace shop::core {

std::string Request::header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

std::string Request::query_value(const std::string& name, const std::string& fallback) const {
  const auto it = query.find(name);
  return it == query.end() ? fallback : it->second;
}

std::int64_t Request::id(const std::string& name) const {
  std::int64_t value = 0;
  const auto it = params.find(name);
  if (it == params.end() || !parse_int(it->second, value) || value < 1) {
    throw bad_request(name + " must be a positive integer");
  }
  return value;
}

std::int64_t Request::limit() const {
  std::int64_t value = 20;
  const auto it = query.find("limit");
  if (it != query.end() && (!parse_int(it->second, value) || value < 1 || value > 100)) {
    throw bad_request("limit must be between 1 and 100");
  }
  return value;
}

std::int64_t Request::offset() const {
  std::int64_t value = 0;
  const auto it = query.find("offset");
  if (it != query.end() && (!parse_int(it->second, value) || value < 0)) {
    throw bad_request("offset must not be negative");
  }
  return value;
}

std::optional<std::int64_t> Request::query_id(const std::string& name) const {
  const auto it = query.find(name);
  if (it == query.end()) return std::nullopt;
  std::int64_t value = 0;
  if (!parse_int(it->second, value) || value < 1) throw bad_request(name + " must be a positive integer");
  return value;
}

std::optional<std::int64_t> Request::account() const {
  const std::string text = header("x-account-id");
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  if (!parse_int(text, value) || value < 1) throw bad_request("X-Account-Id must be a positive integer");
  return value;
}

std::int64_t Request::require_account() const {
  const auto value = account();
  if (!value) throw ApiError(401, "account_required", "X-Account-Id is required");
  return *value;
}

ApiError bad_request(const std::string& message) { return {400, "bad_request", message}; }

ApiError not_found(const std::string& kind, std::int64_t id) { return not_found(kind, std::to_string(id)); }

ApiError not_found(const std::string& kind, const std::string& id) {
  return {404, "not_found", kind + " " + id + " not found"};
}

ApiError conflict(const std::string& code, const std::string& message) { return {409, code, message}; }

Response error_response(int status, const std::string& code, const std::string& message) {
  return json_response({{"error", json::object{{"code", code}, {"message", message}}}}, status);
}

Response html(const std::string& page) {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = page;
  return response;
}

std::map<std::string, std::string> parse_query(const std::string& text) {
  std::map<std::string, std::string> values;
  if (text.empty()) return values;
  for (const auto& pair : split(text, '&')) {
    const auto equals = pair.find('=');
    const std::string name = url_decode(std::string_view(pair).substr(0, equals));
    if (name.empty()) continue;
    values.emplace(name, equals == std::string::npos ? "" : url_decode(std::string_view(pair).substr(equals + 1)));
  }
  return values;
}

}  // namespace shop::core
