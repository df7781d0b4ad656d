// Cycles, headers everybody includes, state everybody touches.
#include "analyzer/advice/context_cuts.hpp"
#include "analyzer/advice/include_cuts.hpp"
#include "analyzer/advice/kinds.hpp"

namespace banyan::advice {
namespace {

using graph::Arc;
using graph::Edge;
using graph::EdgeKind;

Location place_of(const Edge& edge, const std::string& file) {
  return edge.sites.empty() ? Location{file, 1, 1} : edge.sites.front().at;
}

std::string base_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool is_header(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  const std::string extension = dot == std::string::npos ? "" : path.substr(dot);
  return extension == ".h" || extension == ".hpp" || extension == ".hh" || extension == ".hxx" ||
         extension == ".H";
}

// Where a global or an accessor of this qualified name is declared and defined.
void add_declarations(const Subject& subject, const std::string& name, std::vector<Location>& into) {
  if (subject.program == nullptr) return;
  for (const facts::FileFacts& file : subject.program->files)
    for (const facts::Symbol& symbol : file.symbols)
      if (symbol.name == name) into.push_back(symbol.at);
}

struct StateUse {
  std::set<std::uint32_t> contexts;
  std::vector<Location> places;
  bool written = false;
};
using StateUses = std::map<std::pair<std::string, std::string>, StateUse>;  // by kind and name

// Who calls the function that reads an environment variable, or reads what was initialised from it, depends on
// the same setting. What the kernel reads is configuration for everybody.
void add_askers(const Subject& subject, const Lookup& lookup, StateUses& uses) {
  if (subject.program == nullptr) return;
  std::map<std::string_view, std::vector<StateUse*>> by_reader;
  for (const evidence::SharedState& state : subject.evidence.shared_state)
    if (state.kind == "environment" && !state.in_usr.empty() && !lookup.is_kernel(lookup.context_of_file(state.at.file)))
      by_reader[state.in_usr].push_back(&uses[{state.kind, state.name}]);
  for (const facts::FileFacts& file : subject.program->files)
    for (const facts::Reference& reference : file.references) {
      const auto reader = by_reader.find(reference.to_usr);
      const bool asks = reference.kind == facts::ReferenceKind::call || reference.kind == facts::ReferenceKind::virtual_call ||
                        reference.kind == facts::ReferenceKind::variable_read;
      const auto context = lookup.context_of_file(file.path);
      if (reader == by_reader.end() || !asks || context == lookup.context_of_symbol(reference.to_usr)) continue;
      for (StateUse* use : reader->second) use->contexts.insert(context), use->places.push_back(reference.at);
    }
}

bool is_use(EdgeKind kind) { return kind != EdgeKind::include && kind != EdgeKind::macro; }

}  // namespace

void include_cycles(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  const graph::Graph& graph = subject.graph;
  std::map<std::string, std::string> cuts;  // by the cycle's first file
  if (subject.program != nullptr) {
    for (const CyclePlan& plan : plan_include_cuts(*subject.program)) cuts[plan.files.front()] = describe(plan);
  }
  std::vector<Arc> arcs;
  for (const Edge& edge : graph.file_edges) {
    if (edge.kind == EdgeKind::include) arcs.emplace_back(edge.from, edge.to);
  }
  for (const auto& cycle : graph::cycles(static_cast<std::uint32_t>(graph.files.size()), arcs)) {
    Finding finding;
    finding.kind = "include-cycle";
    std::set<std::uint32_t> contexts;
    std::vector<std::string> files;
    for (const std::uint32_t file : cycle) {
      files.push_back(graph.files[file]);
      contexts.insert(lookup.context_of_file(graph.files[file]));
    }
    for (const Edge& edge : graph.file_edges) {
      const bool inside = edge.kind == EdgeKind::include &&
                          std::binary_search(cycle.begin(), cycle.end(), edge.from) &&
                          std::binary_search(cycle.begin(), cycle.end(), edge.to);
      if (inside) finding.locations.push_back(place_of(edge, graph.files[edge.from]));
    }
    sort_unique(finding.locations);
    finding.id = "include-cycle:" + files.front();
    finding.contexts = lookup.names(contexts);
    finding.severity = finding.contexts.size() > 1 ? Severity::error : Severity::warning;
    finding.title = "Include cycle of " + counted(files.size(), "file");
    finding.sentence =
        list(files) + " include each other, so none of them can be built or moved without the others.";
    if (const auto cut = cuts.find(files.front()); cut != cuts.end()) finding.sentence += " " + cut->second;
    into.push_back(std::move(finding));
  }
}

// Contexts that need each other: neither can leave first without a port in between.
void context_cycles(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  const graph::Graph& graph = subject.graph;
  std::map<Arc, std::vector<Location>> sites;
  for (const Edge& edge : graph.file_edges) {
    const std::uint32_t from = lookup.context_of_file(graph.files[edge.from]);
    const std::uint32_t to = lookup.context_of_file(graph.files[edge.to]);
    const bool counts = from != to && from != graph::none && to != graph::none && is_use(edge.kind) &&
                        !lookup.is_kernel(from) && !lookup.is_kernel(to);
    if (counts) sites[{from, to}].push_back(place_of(edge, graph.files[edge.from]));
  }
  std::vector<Arc> arcs;
  for (const auto& [arc, places] : sites) arcs.push_back(arc);
  std::vector<ContextCyclePlan> plans;
  if (subject.program != nullptr) plans = plan_context_cuts(subject);
  const auto nodes = static_cast<std::uint32_t>(subject.contexts.contexts.size());
  for (const auto& cycle : graph::cycles(nodes, arcs)) {
    Finding finding;
    finding.kind = "context-cycle";
    finding.contexts = lookup.names({cycle.begin(), cycle.end()});
    std::vector<std::string> ways;
    for (const auto& [arc, places] : sites) {
      const bool inside = std::binary_search(cycle.begin(), cycle.end(), arc.first) &&
                          std::binary_search(cycle.begin(), cycle.end(), arc.second);
      if (!inside) continue;
      ways.push_back(lookup.name(arc.first) + " -> " + lookup.name(arc.second) + " (" +
                     std::to_string(places.size()) + ")");
      finding.locations.insert(finding.locations.end(), places.begin(), places.end());
    }
    sort_unique(finding.locations);
    if (finding.locations.size() > 40) finding.locations.resize(40);
    finding.id = "context-cycle:" + kebab(list(finding.contexts, 100));
    finding.severity = Severity::error;
    finding.title = "Contexts need each other: " + list(finding.contexts);
    finding.sentence = list(finding.contexts) + " form a cycle (" + list(ways, 8) +
                       ").";
    for (const ContextCyclePlan& plan : plans)
      if (std::includes(finding.contexts.begin(), finding.contexts.end(), plan.contexts.begin(), plan.contexts.end()))
        finding.sentence += " " + describe(plan);
    into.push_back(std::move(finding));
  }
}

// A header is a god header when far more files need it than is usual and it holds far more than is usual.
void god_headers(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  const graph::Graph& graph = subject.graph;
  std::vector<std::set<std::uint32_t>> includers(graph.files.size());
  for (const Edge& edge : graph.file_edges) {
    if (edge.kind == EdgeKind::include) includers[edge.to].insert(edge.from);
  }
  std::map<std::string, std::size_t> symbols;
  for (const graph::SymbolInfo& symbol : graph.symbols) ++symbols[symbol.at.file];
  std::vector<std::size_t> scores;
  for (std::size_t file = 0; file < graph.files.size(); ++file) {
    if (is_header(graph.files[file])) scores.push_back(includers[file].size() * symbols[graph.files[file]]);
  }
  if (scores.empty()) return;
  std::sort(scores.begin(), scores.end());
  const std::size_t usual = scores[scores.size() / 2];
  for (std::uint32_t file = 0; file < graph.files.size(); ++file) {
    const std::string& path = graph.files[file];
    const std::size_t held = symbols[path];
    std::set<std::uint32_t> users;
    for (const std::uint32_t includer : includers[file])
      users.insert(lookup.context_of_file(graph.files[includer]));
    users.erase(graph::none);
    const bool wide = includers[file].size() >= 8 && includers[file].size() * 5 >= graph.files.size();
    const bool heavy = held >= 15 && includers[file].size() * held >= 10 * std::max<std::size_t>(usual, 1);
    if (!is_header(path) || !wide || !heavy || users.size() < 2) continue;
    Finding finding;
    finding.kind = "god-header";
    finding.id = "god-header:" + path;
    finding.severity = Severity::warning;
    finding.title = "God header " + base_name(path);
    finding.sentence = path + " declares " + counted(held, "symbol") + " and is included by " +
                       counted(includers[file].size(), "file") + " in " + counted(users.size(), "context") +
                       "; every extracted service would drag it along.";
    finding.contexts = lookup.names(users);
    finding.locations.push_back({path, 1, 1});
    into.push_back(std::move(finding));
  }
}

void shared_state(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  StateUses uses;
  for (const evidence::SharedState& state : subject.evidence.shared_state) {
    StateUse& use = uses[{state.kind, state.name}];
    use.contexts.insert(lookup.context_of_file(state.at.file));
    use.places.push_back(state.at);
    use.written = use.written || state.write;
  }
  add_askers(subject, lookup, uses);
  for (auto& [key, use] : uses) {
    use.contexts.erase(graph::none);
    const bool of_kernel = use.contexts.size() == 1 && use.written && lookup.is_kernel(*use.contexts.begin());
    if (use.contexts.size() < 2 && !of_kernel) continue;
    Finding finding;
    finding.kind = "shared-state";
    finding.id = "shared-state:" + key.first + ":" + key.second;
    finding.severity = key.first == "environment" || of_kernel ? Severity::note : Severity::warning;
    finding.title = "Shared " + key.first + " " + key.second;
    finding.contexts = lookup.names(use.contexts);
    finding.locations = std::move(use.places);
    add_declarations(subject, key.second, finding.locations);
    sort_unique(finding.locations);
    finding.sentence = "The " + key.first + " " + key.second + " is " +
                       (use.written ? "changed and used" : "used") + " from " + list(finding.contexts) +
                       "; processes of their own would each see another one.";
    into.push_back(std::move(finding));
  }
}

}  // namespace banyan::advice
