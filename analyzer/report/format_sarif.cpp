// SARIF 2.1.0 as code-scanning services take it: rules once, results by index, fingerprints that do not name
// lines.
#include "analyzer/report/formats.hpp"
#include "analyzer/report/json_text.hpp"
#include "analyzer/report/quoting.hpp"
#include "analyzer/report/words.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace banyan::report {
namespace {

namespace json = boost::json;

// GitHub keeps this many of a run.
constexpr std::size_t most_results = 5000;

json::object message(std::string_view text) { return {{"text", json::string_view(text)}}; }

// "get-writes" -> "get writes"
std::string words_of(std::string rule) {
  std::replace(rule.begin(), rule.end(), '-', ' ');
  return rule;
}

std::map<std::string, std::size_t> number_rules(const std::vector<Finding>& findings) {
  std::map<std::string, std::size_t> rules;
  for (const auto& one : findings) rules[one.rule];
  std::size_t next = 0;
  for (auto& [rule, index] : rules) index = next++;
  return rules;
}

// A rule's level is that of its worst finding.
json::array rules_of(const std::vector<Finding>& findings,
                     const std::map<std::string, std::size_t>& numbers) {
  std::vector<Severity> worst(numbers.size(), Severity::note);
  for (const auto& one : findings) {
    auto& level = worst[numbers.at(one.rule)];
    level = std::max(level, one.severity);
  }
  json::array rules;
  for (const auto& [rule, index] : numbers)
    rules.push_back(json::object{
        {"id", rule},
        {"shortDescription", message(words_of(rule))},
        {"defaultConfiguration", json::object{{"level", json::string_view(to_string(worst[index]))}}}});
  return rules;
}

json::object location(const Location& at, const std::string& project) {
  // A finding about the program as a whole has no file, but viewers want a location.
  if (at.file.empty())
    return {
        {"logicalLocations", json::array{json::object{{"fullyQualifiedName", project}, {"kind", "module"}}}}};
  json::object physical{
      {"artifactLocation", json::object{{"uri", uri_of(at.file)}, {"uriBaseId", "SRCROOT"}}}};
  if (at.line > 0) {
    json::object region{{"startLine", at.line}};
    if (at.column > 0) region["startColumn"] = at.column;
    physical["region"] = std::move(region);
  }
  return {{"physicalLocation", std::move(physical)}};
}

json::object result(const Finding& one, std::size_t rule, const std::string& fingerprint,
                    const std::string& project) {
  json::object out{{"ruleId", one.rule},
                   {"ruleIndex", rule},
                   {"level", json::string_view(to_string(one.severity))},
                   {"message", message(one.title + (one.advice.empty() ? "" : "\n" + one.advice))},
                   {"locations", json::array{location(one.at, project)}},
                   {"partialFingerprints", json::object{{"banyanFinding/v1", fingerprint}}}};
  json::array related;
  for (const auto& at : one.related) {
    auto place = location(at, project);
    place["id"] = related.size() + 1;
    related.push_back(std::move(place));
  }
  if (!related.empty()) out["relatedLocations"] = std::move(related);
  return out;
}

std::string version_of(const std::string& tool) { return tool.substr(tool.rfind(' ') + 1); }

}  // namespace

Document sarif(const std::vector<Finding>& findings, const std::string& tool, const std::string& project) {
  const auto rules = number_rules(findings);
  std::map<std::string, int> seen;
  json::array results;
  for (const auto& one : findings) {
    if (results.size() == most_results) break;
    auto fingerprint = one.id.empty() ? one.rule + ":" + one.title : one.id;
    if (const int times = ++seen[fingerprint]; times > 1) fingerprint += ":" + std::to_string(times);
    results.push_back(result(one, rules.at(one.rule), fingerprint, project));
  }
  Document out;
  if (results.size() < findings.size())
    out.notes.push_back("sarif: the worst " + std::to_string(results.size()) + " of " +
                        std::to_string(findings.size()) + " findings; json has all of them");
  json::object driver{
      {"name", "banyan-analyze"}, {"version", version_of(tool)}, {"rules", rules_of(findings, rules)}};
  json::object run{
      {"tool", json::object{{"driver", std::move(driver)}}},
      {"originalUriBaseIds",
       json::object{{"SRCROOT", json::object{{"description", message("the root of the sources")}}}}},
      {"columnKind", "unicodeCodePoints"},
      {"results", std::move(results)}};
  out.text = pretty(json::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                 {"version", "2.1.0"},
                                 {"runs", json::array{std::move(run)}}});
  return out;
}

Document sarif(const Model& model) { return sarif(model.findings, model.tool, model.project); }

}  // namespace banyan::report
