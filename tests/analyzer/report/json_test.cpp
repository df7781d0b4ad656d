#include "analyzer/report/json_text.hpp"
#include "tests/analyzer/report/shop_report.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

namespace banyan::report {
namespace {

namespace json = boost::json;
using testing::ShopReport;

std::string read(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// As much of JSON Schema as the committed schema uses; an unknown keyword fails, so that the schema cannot
// outgrow it.
class Validator {
 public:
  explicit Validator(const json::value& schema) : root_(schema) {}

  void check(const json::value& value, const json::value& schema, const std::string& at) {
    for (const auto& [key, rule] : schema.as_object()) check_rule(value, schema, key, rule, at);
  }

 private:
  void check_rule(const json::value& value, const json::value& schema, std::string_view key,
                  const json::value& rule, const std::string& at) {
    if (key == "$schema" || key == "title" || key == "description" || key == "$defs") return;
    if (key == "$ref") return check(value, root_.at("$defs").at(std::string(rule.as_string()).substr(8)), at);
    if (key == "type") return expect(has_type(value, rule.as_string()), at, "type");
    if (key == "const") return expect(value == rule, at, "const");
    if (key == "enum")
      return expect(std::find(rule.as_array().begin(), rule.as_array().end(), value) != rule.as_array().end(),
                    at, "enum");
    if (key == "minimum") return expect(value.to_number<double>() >= rule.to_number<double>(), at, "minimum");
    if (key == "maximum") return expect(value.to_number<double>() <= rule.to_number<double>(), at, "maximum");
    if (key == "pattern")
      return expect(
          std::regex_search(std::string(value.as_string()), std::regex(std::string(rule.as_string()))), at,
          "pattern");
    if (key == "minItems")
      return expect(value.as_array().size() >= rule.to_number<std::size_t>(), at, "minItems");
    if (key == "maxItems")
      return expect(value.as_array().size() <= rule.to_number<std::size_t>(), at, "maxItems");
    if (key == "required") return check_required(value.as_object(), rule.as_array(), at);
    if (key == "properties") return check_properties(value.as_object(), rule.as_object(), at);
    if (key == "items") return check_items(value.as_array(), rule, at);
    if (key == "prefixItems") return check_prefix(value.as_array(), rule.as_array(), at);
    if (key == "anyOf") return expect(value.is_null() || value.is_string(), at, "anyOf");
    ADD_FAILURE() << "the test does not know the keyword " << key << " in " << json::serialize(schema);
  }

  static bool has_type(const json::value& value, std::string_view type) {
    return type == "object"    ? value.is_object()
           : type == "array"   ? value.is_array()
           : type == "string"  ? value.is_string()
           : type == "integer" ? value.is_int64() || value.is_uint64()
           : type == "number"  ? value.is_number()
           : type == "boolean" ? value.is_bool()
           : type == "null"    ? value.is_null()
                               : false;
  }
  static void expect(bool holds, const std::string& at, const char* rule) {
    EXPECT_TRUE(holds) << at << " breaks " << rule;
  }

  static void check_required(const json::object& object, const json::array& names, const std::string& at) {
    for (const auto& name : names) EXPECT_TRUE(object.contains(name.as_string())) << at << " lacks " << name;
  }
  void check_properties(const json::object& object, const json::object& rules, const std::string& at) {
    for (const auto& [name, value] : object) {
      ASSERT_TRUE(rules.contains(name)) << at << "." << name << " is not in the schema";
      check(value, rules.at(name), at + "." + std::string(name));
    }
  }
  void check_items(const json::array& array, const json::value& rule, const std::string& at) {
    for (std::size_t i = 0; i < array.size(); ++i) check(array[i], rule, at + "[" + std::to_string(i) + "]");
  }
  void check_prefix(const json::array& array, const json::array& rules, const std::string& at) {
    for (std::size_t i = 0; i < rules.size(); ++i)
      check(array.at(i), rules[i], at + "[" + std::to_string(i) + "]");
  }

  const json::value& root_;
};

TEST(ContextsJson, KeepsToItsPublishedSchema) {
  const auto schema = json::parse(read(BANYAN_SOURCE_DIR "/docs/reference/contexts.schema.json"));
  const auto document = json::parse(contexts_json(ShopReport().input()));
  Validator(schema).check(document, schema, "contexts.json");
  EXPECT_GE(document.at("contexts").as_array().size(), 5u);
  EXPECT_GE(document.at("seams").as_array().size(), 5u);
}

TEST(ContextsJson, IsWhatItWas) {
  const std::string path = BANYAN_SOURCE_DIR "/tests/analyzer/report/contexts.golden.json";
  const auto text = contexts_json(ShopReport().input());
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(path) << text;
  EXPECT_EQ(text, read(path)) << "UPDATE_GOLDEN=1 rewrites it";
}

TEST(Pretty, KeepsShortValuesOnOneLine) {
  EXPECT_EQ(pretty(json::parse(R"({"a":1,"b":[1.5,2.00001,-0.00001,1e3],"c":"x\"y"})")),
            "{\"a\": 1, \"b\": [1.5, 2, 0, 1000], \"c\": \"x\\\"y\"}\n");
}

TEST(Pretty, BreaksLongOnes) {
  json::array array;
  for (int i = 0; i < 30; ++i) array.emplace_back("element");
  const auto text = pretty(json::object{{"list", array}, {"empty", json::array()}});
  EXPECT_EQ(text.substr(0, 36), "{\n  \"list\": [\n    \"element\",\n    \"el");
  EXPECT_EQ(json::parse(text).at("list").as_array().size(), 30u);
}

}  // namespace
}  // namespace banyan::report
