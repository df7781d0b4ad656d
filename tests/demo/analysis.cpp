// The first chapter: the sample is analyzed, and what was planted in it is named.
#include <boost/json.hpp>

#include <map>
#include <stdexcept>

#include "tests/demo/story.hpp"

namespace banyan::demo {
namespace {

namespace json = boost::json;

json::array rows(const World& world, const std::string& sql) {
  const auto output = world.analyze({"query", "-o", world.file("analysis"), "--sql", sql, "--format", "json"});
  if (output.exit_code != 0) throw std::runtime_error("banyan-analyze query: " + output.err);
  return json::parse(output.out).as_array();
}

std::string text(const json::value& row, std::string_view column) {
  const auto& cell = row.at(column);
  return cell.is_string() ? std::string(cell.as_string()) : cell.is_number() ? std::to_string(cell.to_number<std::int64_t>()) : "";
}

void tell_contexts(const World& world, Narrator& narrator) {
  narrator.tell("Candidate contexts:");
  for (const auto& row : rows(world, "SELECT name, files FROM context ORDER BY files DESC, name LIMIT 8")) {
    narrator.detail(text(row, "name") + ": " + text(row, "files") + " files");
  }
}

// One finding of each kind, with its place.
std::map<std::string, std::int64_t> tell_findings(const World& world, Narrator& narrator) {
  std::map<std::string, std::int64_t> counts;
  narrator.tell("What stands in the way (one of each kind, with its place):");
  for (const auto& row : rows(world, "SELECT rule, count(*) AS n, min(title) AS title, file, line FROM finding GROUP BY rule ORDER BY rule")) {
    counts[text(row, "rule")] = row.at("n").to_number<std::int64_t>();
    narrator.detail(text(row, "rule") + " (" + text(row, "n") + "): " + text(row, "title") + "  " + text(row, "file") + ":" + text(row, "line"));
  }
  return counts;
}

}  // namespace

std::vector<std::string> writing_gets(const World& world) {
  std::vector<std::string> routes;
  for (const auto& row : rows(world, "SELECT title FROM finding WHERE rule = 'get-writes' ORDER BY title")) {
    const std::string title = text(row, "title");  // "GET /path writes"
    routes.push_back(title.substr(0, title.rfind(' ')));
  }
  return routes;
}

void analyze_the_sample(World& world, Narrator& narrator) {
  narrator.chapter("The analyzer reads the sample shop: ten modules, one database, tangled on purpose");
  const auto mapped = world.map_sample();
  narrator.check("the sample is mapped", mapped.exit_code == 0, "exit code " + std::to_string(mapped.exit_code));
  tell_contexts(world, narrator);
  const auto counts = tell_findings(world, narrator);
  std::string missing;
  for (const char* planted : {"include-cycle", "trigger-crosses", "unresolved-sql", "get-writes"}) {
    if (!counts.contains(planted)) missing += std::string(missing.empty() ? "" : ", ") + planted;
  }
  narrator.check("the planted tangles are named", missing.empty(),
                 missing.empty() ? "cycle, trigger across modules, dynamic SQL, a GET that writes" : "not found: " + missing);
  narrator.tell("The report: " + world.file("analysis/report.html").string());
}

}  // namespace banyan::demo
