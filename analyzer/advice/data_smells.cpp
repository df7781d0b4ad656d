// Keys and views across owners, tables read past their owner, contexts that cannot act alone.
#include "analyzer/advice/kinds.hpp"

namespace banyan::advice {
namespace {

using evidence::AccessMode;
using evidence::TableAccess;

}  // namespace

void crossing_foreign_keys(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::map<std::string, Finding> found;
  for (const evidence::Table& table : subject.evidence.tables) {
    const std::uint32_t owner = lookup.owner_of_table(table.name);
    for (const evidence::ForeignKey& key : table.foreign_keys) {
      const std::uint32_t other = lookup.owner_of_table(key.table);
      if (owner == graph::none || other == graph::none || owner == other) continue;
      const std::string columns = list(key.columns);
      Finding finding;
      finding.kind = "foreign-key-crosses";
      finding.id = "foreign-key-crosses:" + table.name + ":" + kebab(columns) + ":" + key.table;
      finding.title = table.name + "." + columns + " references another context's table";
      finding.sentence = table.name + "(" + columns + ") of " + lookup.name(owner) + " references " + key.table +
                         " of " + lookup.name(other) +
                         "; two databases cannot enforce it. Keep the value without the constraint, and let " +
                         lookup.name(other) + " say when a row goes.";
      if (!table.at.file.empty()) finding.locations.push_back(table.at);
      finding.contexts = lookup.names({owner, other});
      found[finding.id] = std::move(finding);
    }
  }
  for (auto& [id, finding] : found) into.push_back(std::move(finding));
}

void crossing_views(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  for (const evidence::Table& view : subject.evidence.tables) {
    if (!view.view) continue;
    std::set<std::uint32_t> owners;
    for (const std::string& table : view.reads) owners.insert(lookup.owner_of_table(table));
    std::set<std::uint32_t> all = owners;
    all.insert(lookup.owner_of_table(view.name));
    owners.erase(graph::none), all.erase(graph::none);
    if (all.size() < 2) continue;
    Finding finding;
    finding.kind = "view-crosses";
    finding.id = "view-crosses:" + view.name;
    finding.title = "View " + view.name + " reads other contexts' tables";
    finding.contexts = lookup.names(all);
    finding.sentence = "View " + view.name + " reads " + list(view.reads) + " of " + list(lookup.names(owners)) +
                       "; apart, it becomes a read model that is fed by events, or a call.";
    if (!view.at.file.empty()) finding.locations.push_back(view.at);
    into.push_back(std::move(finding));
  }
}

// Written by its owner alone, but read by others in their own SQL.
void foreign_reads(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::map<std::string, std::map<std::uint32_t, std::vector<Location>>> readers;
  for (const TableAccess& access : subject.evidence.accesses) {
    const std::uint32_t context = lookup.context_of_file(access.at.file);
    const std::uint32_t owner = lookup.owner_of_table(access.table);
    const bool foreign = context != graph::none && owner != graph::none && context != owner;
    if (foreign && access.mode == AccessMode::read && access.via.empty())
      readers[access.table][context].push_back(access.at);
  }
  for (auto& [table, by_context] : readers) {
    Finding finding;
    std::set<std::uint32_t> contexts;
    for (auto& [context, places] : by_context) {
      contexts.insert(context);
      finding.locations.insert(finding.locations.end(), places.begin(), places.end());
    }
    sort_unique(finding.locations);
    const std::string owner = lookup.name(lookup.owner_of_table(table));
    finding.kind = "foreign-read";
    finding.id = "foreign-read:" + table;
    finding.severity = Severity::note;
    finding.title = "Table " + table + " of " + owner + " is read by " + counted(contexts.size(), "other context");
    finding.sentence = list(lookup.names(contexts)) + " read " + table + " in SQL of their own; when it leaves with " +
                       owner + ", they need its API or a copy that is kept up to date.";
    contexts.insert(lookup.owner_of_table(table));
    finding.contexts = lookup.names(contexts);
    into.push_back(std::move(finding));
  }
}

// A context most of whose writing routes also write others' tables would be a service that cannot answer alone.
void distributed_monoliths(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  struct Routes {
    std::size_t all = 0, torn = 0;
    std::vector<Location> places;
    std::set<std::uint32_t> others;
  };
  std::map<std::uint32_t, Routes> by_context;
  for (const graph::RouteReach& reach : subject.graph.routes) {
    const std::uint32_t context = lookup.context_of_route(reach.route);
    if (context == graph::none || lookup.is_kernel(context)) continue;
    std::set<std::uint32_t> others;
    bool writes = false;
    for (const auto& [table, mode] : reach.tables) {
      if (mode == AccessMode::read) continue;
      writes = true;
      const std::uint32_t owner = lookup.owner_of_table(subject.graph.tables[table]);
      if (owner != graph::none && owner != context && !lookup.is_kernel(owner)) others.insert(owner);
    }
    if (!writes) continue;
    Routes& routes = by_context[context];
    ++routes.all;
    if (others.size() < 2) continue;
    ++routes.torn;
    routes.places.push_back(subject.evidence.routes[reach.route].at);
    routes.others.insert(others.begin(), others.end());
  }
  for (auto& [context, routes] : by_context) {
    if (routes.torn < 2 || 2 * routes.torn < routes.all) continue;
    Finding finding;
    finding.kind = "distributed-monolith";
    finding.id = "distributed-monolith:" + lookup.name(context);
    finding.title = lookup.name(context) + " could not write alone";
    finding.sentence = counted(routes.torn, "route") + " of " + std::to_string(routes.all) + " that write in " +
                       lookup.name(context) + " also write tables of two other contexts or more (" +
                       list(lookup.names(routes.others)) +
                       "); as it is cut, it would be a service that works only when all of them do.";
    finding.locations = std::move(routes.places);
    sort_unique(finding.locations);
    routes.others.insert(context);
    finding.contexts = lookup.names(routes.others);
    into.push_back(std::move(finding));
  }
}

}  // namespace banyan::advice
