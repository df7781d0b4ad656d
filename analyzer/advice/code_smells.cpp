// Callbacks, embedded types, routes and headers that tie contexts together.
#include "analyzer/advice/kinds.hpp"

namespace banyan::advice {
namespace {

using facts::Reference;
using facts::ReferenceKind;

using Place = std::pair<std::string, std::uint32_t>;  // file, line

std::set<Place> route_places(const Subject& subject) {
  std::set<Place> out;
  for (const evidence::Route& route : subject.evidence.routes) out.emplace(route.at.file, route.at.line);
  return out;
}

// The places where a symbol is declared or defined.
void add_homes(const Subject& subject, const std::string& usr, std::vector<Location>& into) {
  for (const facts::FileFacts& file : subject.program->files)
    for (const facts::Symbol& symbol : file.symbols)
      if (symbol.usr == usr) into.push_back(symbol.at);
}

bool can_hold(const Reference& reference, bool kernel) {
  const bool field = reference.kind == ReferenceKind::field_use;
  return field || (!kernel && reference.kind == ReferenceKind::call);
}

// The first two literal parts: /api/orders/{id} -> /api/orders.
std::string prefix_of(const std::string& path) {
  std::size_t at = 0;
  for (int part = 0; part < 2; ++part) {
    const std::size_t next = path.find('/', at + 1);
    if (next == std::string::npos) return path;
    if (path.compare(next, 2, "/{") == 0 || path.compare(next, 2, "/*") == 0) return path.substr(0, next);
    at = next;
  }
  return path.substr(0, at);
}

}  // namespace

// On one line, a function of ours is handed to something of theirs: they will call us.
void crossing_callbacks(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  if (subject.program == nullptr) return;
  const auto routes = route_places(subject);
  std::map<std::string, Finding> found;
  for (const facts::FileFacts& file : subject.program->files) {
    const std::uint32_t from = lookup.context_of_file(file.path);
    if (from == graph::none || lookup.is_kernel(from)) continue;
    std::map<std::uint32_t, std::string> handed;  // line -> name
    for (const Reference& reference : file.references)
      if (reference.kind == ReferenceKind::address_taken && lookup.context_of_symbol(reference.to_usr) == from &&
          !routes.contains({file.path, reference.at.line}))
        handed.emplace(reference.at.line, reference.to_name);
    for (const Reference& reference : file.references) {
      const auto given = handed.find(reference.at.line);
      const std::uint32_t to = lookup.context_of_symbol(reference.to_usr);
      if (given == handed.end() || to == graph::none || to == from) continue;
      if (!can_hold(reference, lookup.is_kernel(to))) continue;
      Finding& finding = found[reference.to_usr];
      finding.kind = "callback-crosses";
      finding.id = "callback-crosses:" + reference.to_name;
      finding.title = "Callbacks are hung into " + reference.to_name;
      finding.sentence = reference.to_name + " of " + lookup.name(to) +
                         " is given functions of other contexts and calls back into them inside its own work; "
                         "apart, that is an event to publish.";
      finding.locations.push_back(reference.at);
      finding.contexts.push_back(lookup.name(from)), finding.contexts.push_back(lookup.name(to));
    }
  }
  for (auto& [usr, finding] : found) {
    sort_unique(finding.locations);
    add_homes(subject, usr, finding.locations);
    std::sort(finding.contexts.begin(), finding.contexts.end());
    finding.contexts.erase(std::unique(finding.contexts.begin(), finding.contexts.end()), finding.contexts.end());
    into.push_back(std::move(finding));
  }
}

// A record of one context holds a record of another by value: neither can be built without the other.
void shared_types(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  if (subject.program == nullptr) return;
  std::map<std::string, Finding> found;
  for (const facts::FileFacts& file : subject.program->files) {
    const std::uint32_t from = lookup.context_of_file(file.path);
    if (from == graph::none || lookup.is_kernel(from)) continue;
    std::set<std::uint32_t> fields;
    for (const facts::Symbol& symbol : file.symbols)
      if (symbol.kind == facts::SymbolKind::field) fields.insert(symbol.at.line);
    for (const Reference& reference : file.references) {
      const bool held = reference.kind == ReferenceKind::type_field || reference.kind == ReferenceKind::type_base ||
                        (reference.kind == ReferenceKind::type_template_argument && fields.contains(reference.at.line));
      const std::uint32_t to = held ? lookup.context_of_symbol(reference.to_usr) : graph::none;
      if (to == graph::none || to == from || lookup.is_kernel(to)) continue;
      Finding& finding = found[reference.to_usr];
      finding.kind = "shared-type";
      finding.id = "shared-type:" + reference.to_name;
      finding.severity = Severity::note;
      finding.title = reference.to_name + " is part of another context's type";
      finding.sentence = reference.to_name + " of " + lookup.name(to) +
                         " is held or inherited by types of other contexts; give each its own and translate at the seam.";
      finding.locations.push_back(reference.at);
      finding.contexts.push_back(lookup.name(from)), finding.contexts.push_back(lookup.name(to));
    }
  }
  for (auto& [usr, finding] : found) {
    sort_unique(finding.locations);
    std::sort(finding.contexts.begin(), finding.contexts.end());
    finding.contexts.erase(std::unique(finding.contexts.begin(), finding.contexts.end()), finding.contexts.end());
    into.push_back(std::move(finding));
  }
}

// A route under a prefix that otherwise belongs to another context: a prefix rule of the router would take it along.
void foreign_prefixes(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::map<std::string, std::map<std::uint32_t, std::vector<const evidence::Route*>>> prefixes;
  for (const evidence::Route& route : subject.evidence.routes) {
    const std::uint32_t context = lookup.context_of_file(route.at.file);
    if (context != graph::none) prefixes[prefix_of(route.path)][context].push_back(&route);
  }
  for (const auto& [prefix, by_context] : prefixes) {
    std::size_t all = 0, most = 0;
    std::uint32_t owner = graph::none;
    for (const auto& [context, routes] : by_context) {
      all += routes.size();
      if (routes.size() > most) most = routes.size(), owner = context;
    }
    if (by_context.size() < 2 || 2 * most <= all || lookup.is_kernel(owner)) continue;
    for (const auto& [context, routes] : by_context) {
      if (context == owner) continue;
      for (const evidence::Route* route : routes) {
        Finding finding;
        finding.kind = "route-prefix";
        finding.id = "route-prefix:" + route->method + " " + route->path;
        finding.severity = Severity::note;
        finding.title = route->method + " " + route->path + " is not served by " + lookup.name(owner);
        finding.sentence = route->method + " " + route->path + " is served by " + lookup.name(context) + " under " +
                           prefix + ", where most routes belong to " + lookup.name(owner) +
                           "; a rule for the whole prefix would send it to the wrong service.";
        finding.locations.push_back(route->at);
        finding.contexts = lookup.names({context, owner});
        into.push_back(std::move(finding));
      }
    }
  }
}

// Includes headers of half of all contexts, so whoever includes it depends on all of them.
void umbrella_headers(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  const graph::Graph& graph = subject.graph;
  std::size_t contexts = 0;
  for (const auto& context : subject.contexts.contexts) contexts += !context.shared_kernel && !context.tests;
  std::map<std::uint32_t, std::set<std::uint32_t>> gathers, users;
  std::map<std::uint32_t, std::vector<Location>> places;
  for (const graph::Edge& edge : graph.file_edges) {
    if (edge.kind != graph::EdgeKind::include) continue;
    const std::uint32_t to = lookup.context_of_file(graph.files[edge.to]);
    if (to != graph::none && !lookup.is_kernel(to)) gathers[edge.from].insert(to);
    users[edge.to].insert(edge.from);
    for (const graph::Site& site : edge.sites) places[edge.to].push_back(site.at);
  }
  for (const auto& [file, reached] : gathers) {
    if (reached.size() < 4 || 2 * reached.size() < contexts || users[file].size() < 2) continue;
    Finding finding;
    finding.kind = "god-header";
    finding.id = "god-header:" + graph.files[file];
    const bool known = std::any_of(into.begin(), into.end(), [&](const Finding& one) { return one.id == finding.id; });
    if (known) continue;
    finding.title = "God header " + graph.files[file];
    finding.contexts = lookup.names(reached);
    finding.sentence = graph.files[file] + " includes headers of " + counted(reached.size(), "context") + " and is included by " +
                       counted(users[file].size(), "file") + "; each of them depends on all of these. Let them include "
                       "what they use.";
    finding.locations = places[file];
    sort_unique(finding.locations);
    finding.locations.insert(finding.locations.begin(), {graph.files[file], 1, 1});
    into.push_back(std::move(finding));
  }
}

}  // namespace banyan::advice
