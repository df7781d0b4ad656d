#include "analyzer/report/seam_schemas.hpp"

#include <boost/json.hpp>

#include <set>

namespace banyan::report {
namespace {

namespace json = boost::json;
using advice::CppType;
using Kind = CppType::Kind;

constexpr int kDeepest = 24;

json::object open(const CppType& type) { return {{"x-cpp-type", type.text}}; }

json::object integer(int bits, bool is_unsigned) {
  json::object out{{"type", "integer"}};
  if (bits == 32 || bits == 64) out["format"] = bits == 32 ? "int32" : "int64";
  if (is_unsigned) out["minimum"] = 0;
  return out;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Empty when it is no built-in arithmetic type or an alias of one.
json::object arithmetic(const std::string& name) {
  const std::string last = advice::last_part(name);
  const bool is_unsigned = last.starts_with("u") || last == "size_t";
  if (last == "bool") return {{"type", "boolean"}};
  if (last == "char" || last == "wchar_t" || last.starts_with("char")) return {{"type", "string"}, {"maxLength", 1}};
  if (last == "float" || last == "double" || last == "long double")
    return {{"type", "number"}, {"format", last == "float" ? "float" : "double"}};
  if (has(last, "int64") || last == "size_t" || last == "ssize_t" || last == "ptrdiff_t" || has(last, "intmax") || has(last, "intptr") ||
      last == "time_t" || last == "difference_type" || last == "size_type" || has(last, "long"))
    return integer(64, is_unsigned);
  if (has(last, "int32") || last == "int" || last == "unsigned int" || last == "unsigned" || last == "signed") return integer(32, is_unsigned);
  if (has(last, "int16") || has(last, "int8") || has(last, "short") || has(last, "signed char") || last == "unsigned char" || last == "byte")
    return integer(16, is_unsigned);
  return {};
}

bool in_std(const std::string& name) { return name.starts_with("std::"); }

json::object nullable(json::object schema) {
  return {{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
}

json::object list(json::object items, bool unique) {
  json::object out{{"type", "array"}, {"items", std::move(items)}};
  if (unique) out["uniqueItems"] = true;
  return out;
}

}  // namespace

SeamSchemas::SeamSchemas(const advice::SeamApi& api, const advice::SymbolIndex& index) : api_(api), index_(index) {
  std::set<std::string> taken;
  for (const auto& type : api.types) {
    std::string key;
    std::string rest = type.name;
    do {  // Order, orders.Order, shop.orders.Order
      key = advice::last_part(rest) + (key.empty() ? "" : "." + key);
      rest = advice::scope_part(rest);
    } while (taken.contains(key) && !rest.empty());
    for (char& c : key)
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_')) c = '-';
    for (int i = 2; taken.contains(key); ++i) key += "-" + std::to_string(i);
    taken.insert(key);
    keys_.emplace(type.name, key);
  }
}

bool SeamSchemas::optional(const CppType& type) const {
  return type.kind == Kind::named && (type.name == "std::optional" || type.name == "std::unique_ptr");
}

json::object SeamSchemas::schema(const CppType& type, int depth) const {
  if (depth > kDeepest) return open(type);
  switch (type.kind) {
    case Kind::pointer: {
      const CppType& target = type.inside.front();
      if (target.kind == Kind::named && target.name == "char") return {{"type", "string"}};
      if (target.kind == Kind::named && target.name == "void") return open(type);
      return nullable(schema(target, depth + 1));
    }
    case Kind::lvalue:
    case Kind::rvalue:
      return schema(type.inside.front(), depth + 1);
    case Kind::array:
      return list(schema(type.inside.front(), depth + 1), false);
    case Kind::callable:
    case Kind::other:
      return open(type);
    case Kind::named:
      return named(type, depth);
  }
  return open(type);
}

json::object SeamSchemas::named(const CppType& type, int depth) const {
  if (const auto key = keys_.find(type.name); key != keys_.end() && !type.templated)
    return {{"$ref", "#/components/schemas/" + key->second}};
  const facts::Symbol* known = index_.type(type.name);
  if (known != nullptr && known->kind == facts::SymbolKind::alias) return schema(advice::parse_type(known->type), depth + 1);
  if (known != nullptr) return open(type);
  const std::string last = advice::last_part(type.name);
  const bool built_in = in_std(type.name) || type.name == last;
  if (built_in && !type.templated) {
    if (json::object number = arithmetic(type.name); !number.empty()) return number;
  }
  return in_std(type.name) ? of_library(type, last, depth) : open(type);
}

json::object SeamSchemas::of_library(const CppType& type, const std::string& last, int depth) const {
  static const std::set<std::string> lists = {"vector", "list", "deque", "array", "span", "initializer_list", "forward_list", "queue", "stack"};
  static const std::set<std::string> sets = {"set", "unordered_set", "multiset", "unordered_multiset"};
  static const std::set<std::string> maps = {"map", "unordered_map", "multimap", "unordered_multimap"};
  const auto inside = [&](std::size_t i) {
    return i < type.inside.size() ? schema(type.inside[i], depth + 1) : json::object();
  };
  if (has(last, "string") && !last.ends_with("stream")) return {{"type", "string"}};
  if (last == "path") return {{"type", "string"}};
  if (lists.contains(last)) return list(inside(0), false);
  if (sets.contains(last)) return list(inside(0), !last.ends_with("multiset"));
  if (maps.contains(last)) {
    const json::object key = inside(0);
    if (const auto* kind = key.if_contains("type"); kind != nullptr && *kind == "string")
      return {{"type", "object"}, {"additionalProperties", inside(1)}};
    return list({{"type", "object"}, {"required", json::array{"key", "value"}},
                 {"properties", json::object{{"key", key}, {"value", inside(1)}}}}, false);
  }
  if (last == "optional" || last == "unique_ptr" || last == "shared_ptr") return nullable(inside(0));
  if (last == "pair" || last == "tuple" || last == "variant") {
    json::array parts;
    for (std::size_t i = 0; i < type.inside.size(); ++i) parts.push_back(inside(i));
    if (last == "variant") return {{"anyOf", std::move(parts)}};
    const auto size = parts.size();
    return {{"type", "array"}, {"prefixItems", std::move(parts)}, {"minItems", size}, {"maxItems", size}};
  }
  if (last == "monostate" || last == "nullptr_t") return {{"type", "null"}};
  if (type.name.starts_with("std::chrono::")) {
    if (last == "time_point" || last == "sys_time" || last == "sys_seconds") return {{"type", "string"}, {"format", "date-time"}};
    json::object count = integer(64, false);
    count["x-cpp-type"] = type.text;
    return count;
  }
  return open(type);
}

json::object SeamSchemas::record(const advice::SeamType& type) const {
  json::object properties;
  json::array required;
  for (const auto& member : type.members) {
    const CppType parsed = advice::parse_type(member.type);
    properties[member.name] = schema(parsed);
    if (!optional(parsed)) required.push_back(json::string(member.name));
  }
  json::object out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  json::array all;
  for (const std::string& base : type.bases)
    if (const auto key = keys_.find(base); key != keys_.end())
      all.push_back(json::object{{"$ref", "#/components/schemas/" + key->second}});
  if (all.empty()) return out;
  all.push_back(std::move(out));
  return {{"allOf", std::move(all)}};
}

json::object SeamSchemas::components() const {
  std::map<std::string, json::object> sorted;
  for (const auto& type : api_.types) {
    json::object out;
    if (type.enumeration) {
      json::array values;
      for (const auto& member : type.members) values.push_back(json::string(member.name));
      out = {{"type", "string"}};
      if (!values.empty()) out["enum"] = std::move(values);
    } else {
      out = record(type);
    }
    out["x-cpp-type"] = type.name;
    out["x-evidence"] = json::array{json::string(type.at.file + ":" + std::to_string(type.at.line))};
    sorted[keys_.at(type.name)] = std::move(out);
  }
  json::object out;
  for (auto& [key, schema] : sorted) out[key] = std::move(schema);
  return out;
}

}  // namespace banyan::report
