// As much of JSON Schema 2020-12 as docs/reference/admin-api.yaml uses; a keyword it does not know is itself a mistake.
#pragma once

#include <boost/json.hpp>

#include <set>
#include <string>

namespace banyan::admin {

class Schema {
 public:
  explicit Schema(const boost::json::value& document) : document_(document) {}

  // What is wrong with a value, with its place; empty: nothing.
  std::string check(const boost::json::value& value, const boost::json::value& schema, const std::string& at = "") const {
    const auto& rules = resolve(schema).as_object();
    for (const auto& rule : rules)
      if (!known().contains(std::string(rule.key()))) return at + ": the schema says '" + std::string(rule.key()) + "'";
    if (const auto* type = rules.if_contains("type"); type && !is_of(value, *type)) return at + ": is no " + boost::json::serialize(*type);
    if (const auto* all = rules.if_contains("enum"); all && !among(value, all->as_array()))
      return at + ": " + boost::json::serialize(value) + " is not among " + boost::json::serialize(*all);
    if (const auto* one = rules.if_contains("const"); one && *one != value) return at + ": is not " + boost::json::serialize(*one);
    if (value.is_number()) {
      const double number = value.to_number<double>();
      if (const auto* least = rules.if_contains("minimum"); least && number < least->to_number<double>()) return at + ": too small";
      if (const auto* most = rules.if_contains("maximum"); most && number > most->to_number<double>()) return at + ": too large";
    }
    if (value.is_object()) return check_object(value.get_object(), rules, at);
    if (const auto* items = rules.if_contains("items"); items && value.is_array())
      for (std::size_t i = 0; i < value.get_array().size(); ++i)
        if (auto wrong = check(value.at(i), *items, at + "/" + std::to_string(i)); !wrong.empty()) return wrong;
    return {};
  }

  const boost::json::value& resolve(const boost::json::value& schema) const {
    const auto* ref = schema.as_object().if_contains("$ref");
    if (!ref) return schema;
    boost::system::error_code error;
    const auto* target = document_.find_pointer(std::string(ref->as_string()).substr(1), error);
    if (!target) throw std::runtime_error("nothing at " + std::string(ref->as_string()));
    return *target;
  }

 private:
  static const std::set<std::string>& known() {
    static const std::set<std::string> words = {"type",  "enum",  "const",   "minimum",    "maximum", "required", "properties",
                                                "items", "$ref", "default", "description", "additionalProperties"};
    return words;
  }
  static bool is_of(const boost::json::value& value, const boost::json::value& type) {
    if (type.is_array()) {
      for (const auto& one : type.get_array())
        if (is_of(value, one)) return true;
      return false;
    }
    const auto& name = type.as_string();
    return (name == "object" && value.is_object()) || (name == "array" && value.is_array()) || (name == "string" && value.is_string()) ||
           (name == "boolean" && value.is_bool()) || (name == "null" && value.is_null()) || (name == "number" && value.is_number()) ||
           (name == "integer" && (value.is_int64() || value.is_uint64()));
  }
  static bool among(const boost::json::value& value, const boost::json::array& all) {
    for (const auto& one : all)
      if (one == value) return true;
    return false;
  }
  std::string check_object(const boost::json::object& value, const boost::json::object& rules, const std::string& at) const {
    const auto* properties = rules.if_contains("properties");
    if (const auto* required = rules.if_contains("required"))
      for (const auto& name : required->as_array())
        if (!value.contains(name.as_string())) return at + ": lacks " + std::string(name.as_string());
    for (const auto& member : value) {
      const auto* property = properties ? properties->as_object().if_contains(member.key()) : nullptr;
      const auto* more = rules.if_contains("additionalProperties");
      if (!property && more && more->is_bool() && !more->get_bool()) return at + ": does not document " + std::string(member.key());
      if (!property) continue;
      if (auto wrong = check(member.value(), *property, at + "/" + std::string(member.key())); !wrong.empty()) return wrong;
    }
    return {};
  }

  const boost::json::value& document_;
};

}  // namespace banyan::admin
