// The formats that are JSON: SARIF 2.1.0 and OpenAPI 3.1, read back and held against what their standards
// demand.
#include "analyzer/report/formats.hpp"
#include "tests/analyzer/report/hostile_model.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace banyan::report {
namespace {

namespace json = boost::json;
using testing::hostile_model;

std::string text_at(const json::value& object, const char* key) {
  return std::string(object.at(key).as_string());
}

void check_place(const json::value& location) {
  if (const auto* logical = location.as_object().if_contains("logicalLocations")) {
    EXPECT_FALSE(logical->as_array().empty());
    return;
  }
  const auto& physical = location.at("physicalLocation");
  const auto uri = text_at(physical.at("artifactLocation"), "uri");
  EXPECT_TRUE(std::regex_match(uri, std::regex("([A-Za-z0-9._~/!$&'()*+,;=@-]|%[0-9A-F]{2})+"))) << uri;
  EXPECT_EQ(text_at(physical.at("artifactLocation"), "uriBaseId"), "SRCROOT");
  if (const auto* region = physical.as_object().if_contains("region")) {
    EXPECT_GE(region->at("startLine").to_number<int>(), 1);
    const auto* column = region->as_object().if_contains("startColumn");
    EXPECT_TRUE(!column || column->to_number<int>() >= 1);
  }
}

// What the SARIF 2.1.0 schema requires of the members that are used, and what GitHub asks for on top.
TEST(Sarif, KeepsToTheStandard) {
  const auto model = hostile_model();
  const auto document = json::parse(sarif(model).text);
  EXPECT_EQ(text_at(document, "version"), "2.1.0");
  EXPECT_EQ(text_at(document, "$schema"), "https://json.schemastore.org/sarif-2.1.0.json");
  ASSERT_EQ(document.at("runs").as_array().size(), 1u);
  const auto& run = document.at("runs").at(0);
  EXPECT_TRUE(run.at("originalUriBaseIds").as_object().contains("SRCROOT"));
  const auto& driver = run.at("tool").at("driver");
  EXPECT_EQ(text_at(driver, "name"), "banyan-analyze");
  EXPECT_EQ(text_at(driver, "version"), "1.2.3");
  const auto& rules = driver.at("rules").as_array();
  std::set<std::string> ids, fingerprints;
  for (const auto& rule : rules) {
    EXPECT_TRUE(ids.insert(text_at(rule, "id")).second);
    EXPECT_TRUE(rule.at("shortDescription").at("text").is_string());
  }
  const auto& results = run.at("results").as_array();
  ASSERT_EQ(results.size(), model.findings.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& result = results[i];
    EXPECT_EQ(text_at(result, "ruleId"), model.findings[i].rule);
    EXPECT_EQ(rules.at(result.at("ruleIndex").to_number<std::size_t>()).at("id"), result.at("ruleId"));
    EXPECT_EQ(text_at(result, "level"), "warning");
    EXPECT_EQ(text_at(result.at("message"), "text").find(model.findings[i].title), 0u);
    ASSERT_EQ(result.at("locations").as_array().size(), 1u);
    check_place(result.at("locations").at(0));
    for (const auto& place : result.at("relatedLocations").as_array()) check_place(place);
    const auto& prints = result.at("partialFingerprints").as_object();
    ASSERT_EQ(prints.size(), 1u);
    EXPECT_TRUE(fingerprints.insert(std::string(prints.begin()->value().as_string())).second);
  }
}

TEST(Sarif, FingerprintsOutliveMovedLines) {
  auto model = hostile_model();
  const auto prints = [](const Model& of) {
    std::vector<json::value> out;
    const auto document = json::parse(sarif(of).text);
    for (const auto& result : document.at("runs").at(0).at("results").as_array())
      out.push_back(result.at("partialFingerprints"));
    return out;
  };
  const auto before = prints(model);
  for (auto& finding : model.findings) finding.at.line += 100;
  EXPECT_EQ(prints(model), before);
}

TEST(Sarif, KeepsTheWorstFiveThousandAndSaysSo) {
  Model model;
  model.findings.resize(
      5001, {.id = "x", .rule = "r", .title = "t", .advice = {}, .at = {"a.cpp", 1, 1}, .related = {}});
  const auto out = sarif(model);
  EXPECT_EQ(json::parse(out.text).at("runs").at(0).at("results").as_array().size(), 5000u);
  EXPECT_EQ(out.notes.size(), 1u);
}

std::set<std::string> names_in(const std::string& path) {
  std::set<std::string> names;
  const std::regex parameter("\\{([^{}/]+)\\}");
  for (std::sregex_iterator at(path.begin(), path.end(), parameter), none; at != none; ++at)
    EXPECT_TRUE(names.insert((*at)[1]).second) << path;
  return names;
}

TEST(OpenApi, EveryPathParameterIsDeclaredAndEveryOperationIsDistinct) {
  const auto document = json::parse(openapi(hostile_model()).text);
  EXPECT_EQ(text_at(document, "openapi"), "3.1.0");
  EXPECT_TRUE(document.at("info").at("title").is_string() && document.at("info").at("version").is_string());
  std::set<std::string> ids, shapes;
  std::size_t operations = 0;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    EXPECT_TRUE(path.starts_with("/")) << path;
    EXPECT_EQ(path.find_first_of("?#"), std::string::npos) << path;
    EXPECT_TRUE(shapes.insert(std::regex_replace(std::string(path), std::regex("\\{[^}]*\\}"), "{}")).second)
        << path;
    std::set<std::string> declared;
    for (const auto& parameter : item.at("parameters").as_array()) {
      EXPECT_EQ(text_at(parameter, "in"), "path");
      EXPECT_TRUE(parameter.at("required").as_bool());
      EXPECT_TRUE(declared.insert(text_at(parameter, "name")).second);
    }
    EXPECT_EQ(declared, names_in(std::string(path)));
    for (const auto& [method, operation] : item.as_object()) {
      if (method == "parameters") continue;
      ++operations;
      EXPECT_TRUE(ids.insert(text_at(operation, "operationId")).second);
      EXPECT_FALSE(operation.at("responses").as_object().empty());
      EXPECT_FALSE(operation.at("x-evidence").as_array().empty());
    }
  }
  EXPECT_GT(operations, hostile_model().routes.size());
}

TEST(OpenApi, TemplatesThatDifferInNamesOnlyAreOnePath) {
  Model model;
  const auto route = [&](const char* method, const char* path, std::uint32_t line) {
    Model::Route one;
    one.method = method;
    one.path = path;
    one.at = {"a.cpp", line, 1};
    model.routes.push_back(one);
  };
  route("GET", "/a/{id}", 1);
  route("POST", "/a/{key}", 2);
  route("GET", "/a/{other}", 3);
  route("CONNECT", "/a/{id}", 4);
  const auto document = json::parse(openapi(model).text);
  const auto& paths = document.at("paths").as_object();
  ASSERT_EQ(paths.size(), 1u);
  const auto& item = paths.at("/a/{id}");
  EXPECT_EQ(item.at("get").at("x-evidence").as_array().size(), 2u);
  EXPECT_TRUE(item.as_object().contains("post"));
  EXPECT_TRUE(item.at("x-other-methods").as_object().contains("CONNECT"));
}

}  // namespace
}  // namespace banyan::report
