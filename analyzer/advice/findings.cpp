#include "analyzer/advice/findings.hpp"

#include "analyzer/advice/kinds.hpp"

#include <tuple>

namespace banyan::advice {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "note";
}

std::vector<Finding> find_findings(const Subject& subject) {
  const Lookup lookup(subject);
  std::vector<Finding> findings;
  for (const auto kind : {include_cycles, context_cycles, god_headers, crossing_triggers, shared_tables,
                          kernel_tables, crossing_joins, torn_transactions, writing_gets, unresolved_sql, shared_state,
                          crossing_foreign_keys, crossing_views, foreign_reads, distributed_monoliths,
                          crossing_callbacks, shared_types, foreign_prefixes, umbrella_headers, chatty_seams,
                          missing_compensations}) {
    kind(subject, lookup, findings);
  }
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(b.severity, a.kind, a.id) < std::tie(a.severity, b.kind, b.id);
  });
  return findings;
}

}  // namespace banyan::advice
