// Backstage catalogue: the monolith as a system, contexts as components with the API they would provide,
// tables as resources. Nobody's name is known from code, so owners are "unknown".
#include "analyzer/report/api_draft.hpp"
#include "analyzer/report/formats.hpp"
#include "analyzer/report/json_text.hpp"
#include "analyzer/report/quoting.hpp"

#include <algorithm>
#include <set>

namespace banyan::report {
namespace {

struct Names {
  std::string system;
  std::vector<std::string> contexts, tables;
};

Names names_of(const Model& model) {
  Names out;
  out.system = EntityNames().make(model.project);
  EntityNames contexts, tables;
  for (const auto& context : model.contexts) out.contexts.push_back(contexts.make(context.name));
  for (const auto& table : model.tables) out.tables.push_back(tables.make(table.name));
  return out;
}

std::string head(const char* kind, const std::string& name, const std::string& title,
                 const std::string& description) {
  std::string out = "---\napiVersion: backstage.io/v1alpha1\nkind: " + std::string(kind) +
                    "\nmetadata:\n  name: " + quote_yaml(name) + "\n  title: " + quote_yaml(title) + "\n";
  if (!description.empty()) out += "  description: " + quote_yaml(description) + "\n";
  return out + "spec:\n";
}

std::string list(const char* key, const std::set<std::string>& references) {
  std::string out;
  for (const auto& reference : references)
    out += (out.empty() ? "  " + std::string(key) + ":\n" : "") + "    - " + quote_yaml(reference) + "\n";
  return out;
}

bool has_routes(const Model& model, std::size_t context) {
  return std::any_of(model.routes.begin(), model.routes.end(),
                     [&](const auto& route) { return route.context == context; });
}

std::string component(const Model& model, const Names& names, std::size_t i) {
  const auto& context = model.contexts[i];
  std::string about;
  for (const auto& sentence : context.sentences) about += (about.empty() ? "" : " ") + sentence;
  std::set<std::string> needs, provides, consumes;
  for (const auto& user : model.table_users)
    if (user.context == i) needs.insert("resource:default/" + names.tables[user.table]);
  for (const auto& seam : model.seams) {
    if (seam.from != i) continue;
    needs.insert("component:default/" + names.contexts[seam.to]);
    if (has_routes(model, seam.to)) consumes.insert("api:default/" + names.contexts[seam.to]);
  }
  if (has_routes(model, i)) provides.insert("api:default/" + names.contexts[i]);
  return head("Component", names.contexts[i], context.name, about) +
         "  type: " + (context.shared_kernel ? "library" : "service") +
         "\n  lifecycle: experimental\n  owner: unknown\n  system: " + quote_yaml(names.system) + "\n" +
         list("providesApis", provides) + list("consumesApis", consumes) + list("dependsOn", needs);
}

std::string api(const Model& model, const Names& names, std::uint32_t i) {
  return head("API", names.contexts[i], model.contexts[i].name,
              "Draft from the routes that the code registers.") +
         "  type: openapi\n  lifecycle: experimental\n  owner: unknown\n  system: " +
         quote_yaml(names.system) + "\n  definition: " + quote_yaml(compact(api_draft(model, i))) + "\n";
}

std::string resource(const Model& model, const Names& names, std::size_t i) {
  const auto& table = model.tables[i];
  std::set<std::string> owner;
  if (table.context != graph::none) owner.insert("component:default/" + names.contexts[table.context]);
  return head("Resource", names.tables[i], table.name,
              owner.empty() ? "No code that was read uses it."
                            : "Proposed owner: " + model.contexts[table.context].name + ".") +
         "  type: " + (table.view ? "database-view" : "database-table") +
         "\n  owner: unknown\n  system: " + quote_yaml(names.system) + "\n" + list("dependencyOf", owner);
}

}  // namespace

Document backstage(const Model& model) {
  const auto names = names_of(model);
  std::string out =
      head("System", names.system, model.project, "Candidate contexts of a monolith.") + "  owner: unknown\n";
  for (std::size_t i = 0; i < model.contexts.size(); ++i) {
    out += component(model, names, i);
    if (has_routes(model, i)) out += api(model, names, static_cast<std::uint32_t>(i));
  }
  for (std::size_t i = 0; i < model.tables.size(); ++i) out += resource(model, names, i);
  return {.text = std::move(out), .notes = {}};
}

}  // namespace banyan::report
