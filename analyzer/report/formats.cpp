#include "analyzer/report/formats.hpp"

#include "analyzer/report/nearest.hpp"

#include <algorithm>

namespace banyan::report {

const std::vector<TargetInfo>& targets() {
  static const std::vector<TargetInfo> all = {
      {Target::json, "json", "contexts.json", "everything, by docs/reference/contexts.schema.json"},
      {Target::html, "html", "report.html", "the report, one self-contained page"},
      {Target::sarif, "sarif", "findings.sarif", "findings as SARIF 2.1.0"},
      {Target::dot, "dot", "contexts.dot", "Graphviz"},
      {Target::graphml, "graphml", "graph.graphml", "yEd, Gephi, NetworkX"},
      {Target::mermaid, "mermaid", "contexts.mmd", "context map for a README"},
      {Target::csv, "csv", "dsm.csv", "dependency structure matrix; a column uses its rows"},
      {Target::structurizr, "structurizr", "workspace.dsl", "Structurizr DSL: contexts as containers"},
      {Target::cml, "cml", "contexts.cml", "Context Mapper: bounded contexts, aggregates, relationships"},
      {Target::openapi, "openapi", "openapi.json", "OpenAPI 3.1 draft of the routes, a tag each context"},
      {Target::backstage, "backstage", "catalog-info.yaml",
       "Backstage: system, components, APIs, resources"}};
  return all;
}

const TargetInfo& info(Target target) { return targets()[static_cast<std::size_t>(target)]; }

std::optional<Target> find_target(std::string_view name) {
  for (const auto& one : targets())
    if (one.name == name) return one.target;
  return std::nullopt;
}

std::string nearest_target(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& one : targets()) names.emplace_back(one.name);
  const auto found = nearest(name, names, 1);
  return found.empty() ? std::string() : found.front();
}

Document render(Target target, const Model& model, const RenderOptions& options) {
  switch (target) {
    case Target::sarif:
      return sarif(model);
    case Target::dot:
      return dot(model, options.level.value_or(Level::contexts));
    case Target::graphml:
      return graphml(model, options.level.value_or(Level::files));
    case Target::mermaid:
      return mermaid(model);
    case Target::csv:
      return csv(model, options.level.value_or(Level::contexts));
    case Target::structurizr:
      return structurizr(model);
    case Target::cml:
      return cml(model);
    case Target::openapi:
      return openapi(model);
    case Target::backstage:
      return backstage(model);
    case Target::json:
    case Target::html:
      break;
  }
  return {};
}

}  // namespace banyan::report
