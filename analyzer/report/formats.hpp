// `report -T FORMAT`: the last analysis in the formats of other tools.
//
//   banyan.db -> Model -> one document a format
//
// Pure: same model, same bytes. Every name comes from foreign code and is escaped for where it stands; what a
// format cannot carry at all is replaced, never passed through (docs/reference/report-formats.md says by
// what).
#pragma once

#include "analyzer/report/model.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::report {

enum class Target : std::uint8_t {
  json,  // contexts.json as map wrote it
  html,  // report.html as map wrote it
  sarif,
  dot,
  graphml,
  mermaid,
  csv,
  structurizr,
  cml,
  openapi,
  backstage
};

struct TargetInfo {
  Target target;
  std::string_view name;
  std::string_view file;  // its name in a folder
  std::string_view about;
};
const std::vector<TargetInfo>& targets();  // in the order above
const TargetInfo& info(Target target);

// Exact name, else nothing; the nearest for "did you mean", empty when none is near.
std::optional<Target> find_target(std::string_view name);
std::string nearest_target(const std::string& name);

enum class Level : std::uint8_t { contexts, files };

struct RenderOptions {
  std::optional<Level> level;  // dot, graphml, csv; default: contexts, but files for graphml
};

struct Document {
  std::string text;
  std::vector<std::string> notes;  // what was left out and how to get it, a sentence each, for stderr
};

// Not for json and html, which are files already.
Document render(Target target, const Model& model, const RenderOptions& options);

// The same for findings that did not come from a model: `tool` is "banyan-analyze 1.2.3".
Document sarif(const std::vector<Finding>& findings, const std::string& tool, const std::string& project);

Document sarif(const Model& model);
Document dot(const Model& model, Level level);
Document graphml(const Model& model, Level level);
Document mermaid(const Model& model);
Document csv(const Model& model, Level level);
Document structurizr(const Model& model);
Document cml(const Model& model);
Document openapi(const Model& model);
Document backstage(const Model& model);

}  // namespace banyan::report
