// JSON in and out: Boost's values, and readers of members that say precisely what is wrong.
#pragma once

#include "core/http.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>

namespace shop::core {

namespace json = boost::json;

Response json_response(const json::object& body, int status = 200);

// The body as an object. `empty_ok`: no body at all counts as {}.
json::object parse_body(const Request& request, bool empty_ok = false);

std::int64_t need_int(const json::object& body, const char* name);
std::int64_t need_positive(const json::object& body, const char* name);
std::string need_text(const json::object& body, const char* name);
const json::array& need_array(const json::object& body, const char* name);
const json::object& need_object(const json::object& body, const char* name);

bool has(const json::object& body, const char* name);  // present and not null
std::int64_t int_or(const json::object& body, const char* name, std::int64_t fallback);
std::string text_or(const json::object& body, const char* name, const std::string& fallback);

// Empty text stands for null in our rows.
json::value text_or_null(const std::string& text);
json::value id_or_null(std::int64_t id);

}  // namespace shop::core
