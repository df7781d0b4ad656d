#include "analyzer/contexts/describe.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace banyan::contexts::internal {
namespace {

using evidence::AccessMode;

// Who creates rows owns them; who changes them may; who reads them hardly ever does.
double claim(AccessMode mode) {
  switch (mode) {
    case AccessMode::insert:
      return 4;
    case AccessMode::update:
      return 2;
    case AccessMode::remove:
      return 2;
    case AccessMode::read:
      return 1;
  }
  return 0;
}

// More places are a stronger claim, but not in proportion; what only a view or trigger does counts half.
double claim(const graph::TableUse& use) {
  const double places = static_cast<double>(use.count) - 0.5 * static_cast<double>(use.indirect);
  return claim(use.mode) * (1 + std::log(1 + places));
}

// The code that creates a table is usually a schema file for all of them: a weak claim.
constexpr double claim_of_definition = 2;

std::pair<std::uint32_t, double> strongest(const std::map<std::uint32_t, double>& claims) {
  std::uint32_t best = graph::none;
  double most = 0, sum = 0;
  for (const auto& [context, value] : claims) {
    sum += value;
    if (value > most) most = value, best = context;
  }
  return {best, sum > 0 ? most / sum : 0};
}

void keep_unique(std::vector<std::uint32_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

std::uint32_t table_number(const graph::Graph& graph, const std::string& name) {
  const auto found = std::lower_bound(graph.tables.begin(), graph.tables.end(), name);
  return found != graph.tables.end() && *found == name
             ? static_cast<std::uint32_t>(found - graph.tables.begin())
             : graph::none;
}

// A kernel serves everybody and a test touches everything: neither says much about whose table or route it
// is.
double trust(const Result& result, std::uint32_t context) {
  const auto& one = result.contexts[context];
  return one.tests ? 0.05 : one.shared_kernel ? 0.25 : 1;
}

std::vector<std::map<std::uint32_t, double>> table_claims(const Input& input, const Result& result) {
  const auto& graph = input.graph;
  std::vector<std::map<std::uint32_t, double>> claims(graph.tables.size());
  for (const auto& use : graph.table_uses) {
    const auto context = result.context_of[use.component];
    claims[use.table][context] += claim(use) * trust(result, context);
  }
  std::map<std::string, std::uint32_t> definitions;
  for (const auto& table : input.evidence.tables) ++definitions[table.at.file];
  for (const auto& table : input.evidence.tables) {
    const auto file = graph::file_index(graph, table.at.file);
    if (file == graph::none) continue;
    const auto context = result.context_of[graph.component_of[file]];
    claims[table_number(graph, table.name)][context] += claim_of_definition / definitions[table.at.file];
  }
  return claims;
}

}  // namespace

void own_tables(const Input& input, Result& result) {
  const auto claims = table_claims(input, result);
  result.tables.resize(claims.size());
  for (std::uint32_t table = 0; table < claims.size(); ++table) {
    auto [context, confidence] = strongest(claims[table]);
    for (const auto& [moved, home] : input.options.table_homes)
      if (moved == table) context = result.context_of[home], confidence = 1;
    result.tables[table] = {
        .table = table, .context = context, .confidence = confidence, .writers = {}, .readers = {}};
    if (context != graph::none) result.contexts[context].tables.push_back(table);
  }
  for (const auto& use : input.graph.table_uses) {
    auto& owner = result.tables[use.table];
    (use.mode == AccessMode::read ? owner.readers : owner.writers)
        .push_back(result.context_of[use.component]);
  }
  for (auto& owner : result.tables) keep_unique(owner.readers), keep_unique(owner.writers);
}

void own_routes(const Input& input, Result& result) {
  for (const auto& reach : input.graph.routes) {
    std::map<std::uint32_t, double> claims;
    double sum = 0;
    for (const auto& [table, mode] : reach.tables)
      if (const auto owner = result.tables[table].context; owner != graph::none) {
        const double value = claim(mode) * trust(result, owner);
        claims[owner] += value, sum += value;
      }
    for (auto& [context, value] : claims) value /= sum;
    if (reach.component != graph::none) {
      const auto context = result.context_of[reach.component];
      claims[context] += trust(result, context);
    }
    const auto [context, confidence] = strongest(claims);
    result.routes.push_back({.route = reach.route, .context = context, .confidence = confidence});
    if (context != graph::none) result.contexts[context].routes.push_back(reach.route);
  }
}

void find_torn(const Input& input, Result& result) {
  for (std::uint32_t i = 0; i < input.evidence.transactions.size(); ++i) {
    TornTransaction torn{.transaction = i, .contexts = {}, .tables = {}};
    for (const auto& access : input.evidence.transactions[i].accesses) {
      if (access.mode == AccessMode::read) continue;
      const auto table = table_number(input.graph, access.table);
      if (table == graph::none || result.tables[table].context == graph::none) continue;
      torn.tables.push_back(table);
      torn.contexts.push_back(result.tables[table].context);
    }
    keep_unique(torn.tables), keep_unique(torn.contexts);
    if (torn.contexts.size() > 1) result.torn.push_back(std::move(torn));
  }
}

}  // namespace banyan::contexts::internal
