#include "tests/extracted_services/program/breaking_changes.hpp"

#include <algorithm>
#include <limits>

namespace banyan::services_test {
namespace json = boost::json;
namespace {

using Lines = std::vector<std::string>;
enum class Side { request, answer };

const json::object none;

const json::object& object_at(const json::object& parent, std::string_view name) {
  const auto* value = parent.if_contains(name);
  return value && value->is_object() ? value->as_object() : none;
}

bool lists(const json::object& schema, std::string_view list, std::string_view word) {
  const auto* value = schema.if_contains(list);
  if (!value) return false;
  const auto& words = value->as_array();
  return std::any_of(words.begin(), words.end(), [&](const json::value& each) { return each == json::value(word); });
}

std::int64_t bound(const json::object& schema, std::string_view name, std::int64_t otherwise) {
  const auto* value = schema.if_contains(name);
  return value ? value->to_number<std::int64_t>() : otherwise;
}

void compare(const json::object& was, const json::object& is, Side side, const std::string& where, Lines& found);

void compare_bounds(const json::object& was, const json::object& is, const std::string& where, Lines& found) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
  for (const auto* name : {"minimum", "minItems", "minLength"})
    if (bound(is, name, least) > bound(was, name, least)) found.push_back(where + ": " + name + " was raised");
  for (const auto* name : {"maximum", "maxItems", "maxLength"})
    if (bound(is, name, most) < bound(was, name, most)) found.push_back(where + ": " + name + " was lowered");
}

void compare_members(const json::object& was, const json::object& is, Side side, const std::string& where,
                     Lines& found) {
  const auto& old_members = object_at(was, "properties");
  const auto& new_members = object_at(is, "properties");
  for (const auto& [name, schema] : old_members) {
    const std::string at = where + "/" + std::string(name);
    if (!new_members.contains(name)) {
      found.push_back(at + " is gone");
      continue;
    }
    if (side == Side::answer && lists(was, "required", name) && !lists(is, "required", name))
      found.push_back(at + " may be missing now");
    compare(schema.as_object(), new_members.at(name).as_object(), side, at, found);
  }
  for (const auto& [name, schema] : new_members)
    if (side == Side::request && lists(is, "required", name) && !lists(was, "required", name))
      found.push_back(where + "/" + std::string(name) + " is required now");
}

void compare(const json::object& was, const json::object& is, Side side, const std::string& where, Lines& found) {
  if (was.contains("anyOf") != is.contains("anyOf")) {
    // A request may become optional, an answer may not.
    const bool wider = is.contains("anyOf");
    if (wider != (side == Side::request)) found.push_back(where + ": null was added or taken away");
    return;
  }
  if (was.contains("anyOf"))
    return compare(was.at("anyOf").at(0).as_object(), is.at("anyOf").at(0).as_object(), side, where, found);
  if (was.contains("type") && was.at("type") != (is.contains("type") ? is.at("type") : json::value()))
    found.push_back(where + ": the type changed");
  else if (was.contains("properties"))
    compare_members(was, is, side, where, found);
  else if (was.contains("items"))
    compare(object_at(was, "items"), object_at(is, "items"), side, where + "/*", found);
  if (side == Side::request) compare_bounds(was, is, where, found);
}

const json::object& schema_of(const json::object& body) {
  const auto& content = object_at(body, "content");
  return content.empty() ? none : object_at(content.begin()->value().as_object(), "schema");
}

void compare_parameters(const json::object& was, const json::object& is, const std::string& where, Lines& found) {
  const auto* now = is.if_contains("parameters");
  if (!now) return;
  const std::string before = was.contains("parameters") ? json::serialize(was.at("parameters")) : "";
  for (const auto& value : now->as_array()) {
    const auto& parameter = value.as_object();
    const bool known = before.find("\"name\":" + json::serialize(parameter.at("name"))) != std::string::npos;
    if (!known && parameter.at("required").as_bool())
      found.push_back(where + ": parameter " + std::string(parameter.at("name").as_string()) + " is required now");
  }
}

void compare_operation(const json::object& was, const json::object& is, const std::string& where, Lines& found) {
  compare_parameters(was, is, where, found);
  compare(schema_of(object_at(was, "requestBody")), schema_of(object_at(is, "requestBody")), Side::request,
          where + " request ", found);
  const auto& now = object_at(is, "responses");
  for (const auto& [status, response] : object_at(was, "responses")) {
    if (!now.contains(status)) {
      found.push_back(where + ": " + std::string(status) + " is gone");
      continue;
    }
    compare(schema_of(response.as_object()), schema_of(now.at(status).as_object()), Side::answer,
            where + " " + std::string(status) + " ", found);
  }
}

}  // namespace

Lines breaking_changes(const json::object& released, const json::object& now) {
  Lines found;
  const auto& paths = object_at(now, "paths");
  for (const auto& [path, methods] : released.at("paths").as_object()) {
    for (const auto& [method, operation] : methods.as_object()) {
      const std::string where = std::string(method) + " " + std::string(path);
      const auto& there = object_at(paths, path);
      if (!there.contains(method))
        found.push_back(where + " is gone");
      else
        compare_operation(operation.as_object(), there.at(method).as_object(), where, found);
    }
  }
  return found;
}

}  // namespace banyan::services_test
