#include "core/json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace shop::core {
namespace {

const json::value& need(const json::object& body, const char* name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || value->is_null()) throw bad_request(std::string(name) + " is required");
  return *value;
}

}  // namespace

Response json_response(const json::object& body, int status) {
  Response response;
  response.status = status;
  response.body = json::serialize(body);
  return response;
}

json::object parse_body(const Request& request, bool empty_ok) {
  if (request.body.empty() && empty_ok) return {};
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) throw bad_request("body must be a JSON object");
  return value.as_object();
}

std::int64_t need_int(const json::object& body, const char* name) {
  const json::value& value = need(body, name);
  if (!value.is_int64()) throw bad_request(std::string(name) + " must be an integer");
  return value.as_int64();
}

std::int64_t need_positive(const json::object& body, const char* name) {
  const json::value& value = need(body, name);
  if (!value.is_int64() || value.as_int64() < 1) throw bad_request(std::string(name) + " must be a positive integer");
  return value.as_int64();
}

std::string need_text(const json::object& body, const char* name) {
  const json::value& value = need(body, name);
  if (!value.is_string()) throw bad_request(std::string(name) + " must be a string");
  return std::string(value.as_string());
}

const json::array& need_array(const json::object& body, const char* name) {
  const json::value& value = need(body, name);
  if (!value.is_array()) throw bad_request(std::string(name) + " must be an array");
  return value.as_array();
}

const json::object& need_object(const json::object& body, const char* name) {
  const json::value& value = need(body, name);
  if (!value.is_object()) throw bad_request(std::string(name) + " must be an object");
  return value.as_object();
}

bool has(const json::object& body, const char* name) {
  const json::value* value = body.if_contains(name);
  return value != nullptr && !value->is_null();
}

std::int64_t int_or(const json::object& body, const char* name, std::int64_t fallback) {
  return has(body, name) ? need_int(body, name) : fallback;
}

std::string text_or(const json::object& body, const char* name, const std::string& fallback) {
  return has(body, name) ? need_text(body, name) : fallback;
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }
json::value id_or_null(std::int64_t id) { return id == 0 ? json::value() : json::value(id); }

}  // namespace shop::core
