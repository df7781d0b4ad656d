#include "tests/extracted_services/program/schema_check.hpp"

#include <set>

namespace banyan::services_test {
namespace json = boost::json;
namespace {

bool has_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_int64();
  if (type == "boolean") return value.is_bool();
  return type == "null" && value.is_null();
}

std::string object_mismatch(const json::object& value, const json::object& schema, const std::string& at) {
  if (const auto* required = schema.if_contains("required"))
    for (const auto& name : required->as_array())
      if (!value.contains(name.as_string())) return at + "/" + std::string(name.as_string()) + " is missing";
  const auto* properties = schema.if_contains("properties");
  if (!properties) return {};
  for (const auto& [name, member] : value) {
    const auto* known = properties->as_object().if_contains(name);
    // Stricter than JSON Schema: an answer must not hold what the contract does not tell.
    if (!known) return at + "/" + std::string(name) + " is not in the contract";
    if (auto inner = mismatch(member, known->as_object(), at + "/" + std::string(name)); !inner.empty())
      return inner;
  }
  return {};
}

}  // namespace

std::string mismatch(const json::value& value, const json::object& schema, const std::string& at) {
  static const std::set<std::string_view> known{"type",     "properties", "required", "items",
                                                "anyOf",    "minimum",    "maximum",  "minItems",
                                                "maxItems", "minLength",  "maxLength"};
  for (const auto& member : schema)
    if (!known.contains(member.key()))
      return at + ": keyword " + std::string(member.key()) + " is not understood";
  if (const auto* choices = schema.if_contains("anyOf")) {
    for (const auto& choice : choices->as_array())
      if (mismatch(value, choice.as_object(), at).empty()) return {};
    return at + " fits none of anyOf";
  }
  const auto type = schema.at("type").as_string();
  if (!has_type(value, type)) return at + " is not of type " + std::string(type);
  if (const auto* least = schema.if_contains("minimum");
      least && value.as_int64() < least->to_number<std::int64_t>())
    return at + " is below its minimum";
  if (value.is_object()) return object_mismatch(value.as_object(), schema, at);
  if (!value.is_array()) return {};
  std::size_t index = 0;
  for (const auto& item : value.as_array()) {
    auto inner = mismatch(item, schema.at("items").as_object(), at + "/" + std::to_string(index++));
    if (!inner.empty()) return inner;
  }
  return {};
}

}  // namespace banyan::services_test
