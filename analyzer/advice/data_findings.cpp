// Tables, triggers, joins, transactions and routes that cross contexts.
#include "analyzer/advice/kinds.hpp"

#include "analyzer/advice/ways.hpp"

#include <optional>

namespace banyan::advice {
namespace {

using evidence::AccessMode;
using evidence::TableAccess;

}  // namespace

void crossing_triggers(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::map<std::string, Finding> found;
  for (const evidence::Trigger& trigger : subject.evidence.triggers) {
    const std::uint32_t owner = lookup.owner_of_table(trigger.table);
    for (const std::string& table : trigger.writes) {
      const std::uint32_t other = lookup.owner_of_table(table);
      if (owner == graph::none || other == graph::none || other == owner) continue;
      Finding& finding = found[trigger.name + ":" + table];
      finding.kind = "trigger-crosses";
      finding.id = "trigger-crosses:" + trigger.name + ":" + table;
      finding.severity = Severity::error;
      finding.title = "Trigger " + trigger.name + " writes another context's table";
      finding.sentence = "When " + trigger.table + " (" + lookup.name(owner) + ") changes, trigger " +
                         trigger.name + " writes " + table + " (" + lookup.name(other) +
                         ") inside the database; with two databases nothing would do that any more.";
      finding.locations.push_back(trigger.at);
      sort_unique(finding.locations);
      finding.contexts = lookup.names({owner, other});
    }
  }
  for (auto& [key, finding] : found) into.push_back(std::move(finding));
}

void shared_tables(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::map<std::string, std::map<std::uint32_t, std::vector<Location>>> writers;
  for (const TableAccess& access : subject.evidence.accesses) {
    const std::uint32_t context = lookup.context_of_file(access.at.file);
    if (access.mode != AccessMode::read && access.via.empty() && context != graph::none) {
      writers[access.table][context].push_back(access.at);
    }
  }
  for (const auto& [table, by_context] : writers) {
    if (by_context.size() < 2) continue;
    Finding finding;
    std::set<std::uint32_t> contexts;
    for (const auto& [context, places] : by_context) {
      contexts.insert(context);
      finding.locations.insert(finding.locations.end(), places.begin(), places.end());
    }
    sort_unique(finding.locations);
    finding.kind = "shared-table";
    finding.id = "shared-table:" + table;
    finding.severity = Severity::error;
    finding.contexts = lookup.names(contexts);
    finding.title = "Table " + table + " is written by " + counted(by_context.size(), "context");
    const std::string owner = lookup.name(lookup.owner_of_table(table));
    finding.sentence =
        list(finding.contexts) + " all write " + table +
        (owner.empty() ? std::string() : "; " + owner + " is the likely owner, the others need its API") +
        ".";
    into.push_back(std::move(finding));
  }
}

// Tables of several owners read by one statement.
void crossing_joins(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::map<std::pair<Location, std::string>, std::set<std::string>> statements;
  for (const TableAccess& access : subject.evidence.accesses) {
    const bool trigger = !access.via.empty() && access.mode != AccessMode::read;
    if (!trigger) statements[{access.at, access.in_usr}].insert(access.table);
  }
  std::map<std::string, Finding> found;
  for (const auto& [place, tables] : statements) {
    std::set<std::uint32_t> owners;
    for (const std::string& table : tables) owners.insert(lookup.owner_of_table(table));
    const std::uint32_t reader = lookup.context_of_file(place.first.file);
    if (tables.size() > 1 && !lookup.is_kernel(reader)) owners.insert(reader);
    owners.erase(graph::none);
    if (owners.size() < 2) continue;
    Finding& finding = found[place.first.file + ":" + list(tables, 100)];
    finding.kind = "join-crosses";
    finding.id = "join-crosses:" + place.first.file + ":" + kebab(list(tables, 100));
    finding.severity = Severity::warning;
    finding.contexts = lookup.names(owners);
    finding.title = "One statement joins " + list(tables) + " across contexts";
    finding.sentence = "A statement uses " + list(tables) + " together; it and they belong to " +
                       list(finding.contexts) + "; apart, it becomes a call or a copied read model.";
    finding.locations.push_back(place.first);
  }
  for (auto& [key, finding] : found) {
    sort_unique(finding.locations);
    into.push_back(std::move(finding));
  }
}

// The kernel holds a table for all: each service would need its own, or a call.
void kernel_tables(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  if (subject.program == nullptr) return;
  std::map<std::string, std::vector<Location>> writes;              // table
  std::map<std::string, std::set<std::string>> functions;           // function -> tables
  std::map<std::string, std::set<std::uint32_t>> users;             // table -> contexts of the callers
  for (const TableAccess& access : subject.evidence.accesses) {
    const bool kept = lookup.is_kernel(lookup.owner_of_table(access.table)) && access.mode != AccessMode::read;
    if (!kept || !access.via.empty() || !lookup.is_kernel(lookup.context_of_file(access.at.file))) continue;
    writes[access.table].push_back(access.at);
    functions[access.in_usr].insert(access.table);
  }
  for (const facts::FileFacts& file : subject.program->files) {
    const std::uint32_t context = lookup.context_of_file(file.path);
    if (context == graph::none || lookup.is_kernel(context)) continue;
    for (const facts::Reference& reference : file.references) {
      const auto called = functions.find(reference.to_usr);
      if (called == functions.end()) continue;
      for (const std::string& table : called->second) users[table].insert(context);
    }
  }
  for (auto& [table, contexts] : users) {
    if (contexts.size() < 2) continue;
    Finding finding;
    finding.kind = "shared-table";
    finding.id = "shared-table:" + table;
    finding.severity = Severity::note;
    finding.title = "Table " + table + " serves " + counted(contexts.size(), "context") + " through the kernel";
    finding.contexts = lookup.names(contexts);
    finding.sentence = list(finding.contexts) + " write " + table +
                       " through functions of the shared kernel; with databases of their own each has one, or calls.";
    finding.locations = std::move(writes[table]);
    sort_unique(finding.locations);
    const bool known = std::any_of(into.begin(), into.end(), [&](const Finding& one) { return one.id == finding.id; });
    if (!known) into.push_back(std::move(finding));
  }
}

void torn_transactions(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::map<std::string, int> repeats;
  for (const contexts::TornTransaction& torn : subject.contexts.torn) {
    if (torn.transaction >= subject.evidence.transactions.size()) continue;
    const evidence::Transaction& transaction = subject.evidence.transactions[torn.transaction];
    // What every context writes through the shared kernel (an audit log, number ranges) moves with each of
    // them.
    std::set<std::uint32_t> contexts(torn.contexts.begin(), torn.contexts.end());
    std::erase_if(contexts, [&](std::uint32_t context) { return lookup.is_kernel(context); });
    if (contexts.size() < 2) continue;
    std::set<std::string> tables;
    for (const std::uint32_t table : torn.tables) tables.insert(subject.graph.tables[table]);
    Finding finding;
    finding.kind = "torn-transaction";
    finding.contexts = lookup.names(contexts);
    const std::string key = transaction.at.file + ":" + digest(transaction.in_usr);
    const int repeat = repeats[key]++;
    finding.id = "torn-transaction:" + key + (repeat == 0 ? "" : "-" + std::to_string(repeat + 1));
    finding.severity = Severity::error;
    finding.title = "A transaction spans " + list(finding.contexts);
    finding.sentence = "Between lines " + std::to_string(transaction.at.line) + " and " +
                       std::to_string(transaction.end_line) + " of " + transaction.at.file +
                       " one transaction (" + transaction.how + ") writes " + list(tables) + " of " +
                       list(finding.contexts) + "; apart: " + transaction_advice(subject, lookup, torn) + ".";
    finding.locations.push_back(transaction.at);
    for (const TableAccess& access : transaction.accesses) {
      if (access.mode != AccessMode::read && access.via.empty() && finding.locations.size() < 20)
        finding.locations.push_back(access.at);
    }
    into.push_back(std::move(finding));
  }
}

void writing_gets(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::optional<WayToWrites> index;
  if (subject.program != nullptr) index.emplace(subject);
  for (const graph::RouteReach& reach : subject.graph.routes) {
    const evidence::Route& route = subject.evidence.routes[reach.route];
    std::set<std::string> tables;
    for (const auto& [table, mode] : reach.tables) {
      if (mode != AccessMode::read) tables.insert(subject.graph.tables[table]);
    }
    if (!is_safe(route.method) || tables.empty()) continue;
    Finding finding;
    finding.kind = "get-writes";
    finding.id = "get-writes:" + route.method + " " + route.path;
    finding.severity = Severity::warning;
    finding.title = route.method + " " + route.path + " writes";
    finding.sentence = route.handler_name + " answers " + route.method + " " + route.path +
                       " and reaches writes to " + list(tables) + "; a shadow copy of it would write twice.";
    finding.locations.push_back(route.at);
    if (index) index->add(route.handler_usr, finding.locations);
    finding.contexts = lookup.names({lookup.context_of_route(reach.route)});
    into.push_back(std::move(finding));
  }
}

void unresolved_sql(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::set<std::string> seen;
  for (const evidence::Statement& statement : subject.evidence.statements) {
    if (statement.resolution == evidence::Resolution::resolved) continue;
    Finding finding;
    finding.kind = "unresolved-sql";
    finding.id = "unresolved-sql:" + statement.at.file + ":" + digest(statement.text);
    if (!seen.insert(finding.id).second) continue;
    const bool partial = statement.resolution == evidence::Resolution::partial;
    finding.severity = partial ? Severity::note : Severity::warning;
    finding.title = partial ? "SQL partly built at run time" : "SQL built at run time";
    finding.sentence = statement.reason + ": " + statement.text.substr(0, 160);
    for (char& c : finding.sentence) c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    finding.locations.push_back(statement.at);
    finding.contexts = lookup.names({lookup.context_of_file(statement.at.file)});
    into.push_back(std::move(finding));
  }
}

}  // namespace banyan::advice
