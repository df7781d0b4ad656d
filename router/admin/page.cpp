// GET /: one document, nothing loaded, nothing sent but to this listener. GET /api/v1/openapi.json: what it serves.
#include "router/admin/assets.hpp"
#include "router/admin/views.hpp"
#include "router/config/units.hpp"
#include "router/config/yaml_tree.hpp"

#include <charconv>

namespace banyan::admin {
namespace {

namespace json = boost::json;

int digit_of(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// As a security policy wants the digest that CMake wrote in hexadecimal.
std::string base64_of_digest(std::string_view hex_text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : hex_text) {
    bits = (bits << 4) | static_cast<unsigned>(digit_of(c));
    count += 4;
    if (count < 6) continue;
    count -= 6;
    out += alphabet[(bits >> count) & 63];
  }
  if (count > 0) out += alphabet[(bits << (6 - count)) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string document() {
  const std::string policy = "default-src 'none'; img-src data:; connect-src 'self'; style-src 'sha256-" +
                             base64_of_digest(page_css_sha256) + "'; script-src 'sha256-" +
                             base64_of_digest(page_js_sha256) + "'; base-uri 'none'; form-action 'none'";
  return "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
         "<meta http-equiv=Content-Security-Policy content=\"" + policy +
         "\">\n<meta name=viewport content=\"width=device-width, initial-scale=1\">\n<link rel=icon href=\"data:,\">\n"
         "<title>banyan-router</title>\n<style>" + std::string(page_css) + "</style>\n</head>\n<body>\n" +
         std::string(page_body) + "<script>" + std::string(page_js) + "</script>\n</body>\n</html>\n";
}

json::value scalar_json(const config::Value& value) {
  if (value.quoted) return json::value(value.text);
  if (value.text == "true" || value.text == "false") return value.text == "true";
  std::int64_t number = 0;
  const char* end = value.text.data() + value.text.size();
  if (const auto [at, error] = std::from_chars(value.text.data(), end, number); error == std::errc() && at == end) return number;
  return json::value(value.text);
}

json::value tree_json(const config::Value& value) {
  using Kind = config::Value::Kind;
  if (value.kind == Kind::scalar) return scalar_json(value);
  if (value.kind == Kind::sequence) {
    json::array out;
    for (const auto& item : value.items) out.push_back(tree_json(item));
    return out;
  }
  if (value.kind == Kind::null) return nullptr;
  json::object out;
  for (const auto& member : value.members) out[member.key.text] = tree_json(member.value);
  return out;
}

}  // namespace

ApiResponse Api::page(const Call&) const {
  static const std::string text = document();
  return {200, "text/html; charset=utf-8", text};
}

ApiResponse Api::openapi(const Call&) const {
  static const std::string text = json::serialize(tree_json(config::parse_yaml(openapi_yaml).root)) + "\n";
  return {200, "application/json", text};
}

}  // namespace banyan::admin
