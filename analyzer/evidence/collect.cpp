#include "analyzer/evidence/evidence.hpp"
#include "analyzer/evidence/routes.hpp"
#include "analyzer/evidence/shared_state.hpp"
#include "analyzer/evidence/sql.hpp"
#include "analyzer/evidence/transactions.hpp"

#include <algorithm>

namespace banyan::evidence {
namespace {

template <class T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

Evidence collect(const facts::Program& program, const Settings& settings) {
  Evidence evidence;
  collect_sql(program, settings, evidence);
  sort_unique(evidence.tables);
  sort_unique(evidence.triggers);
  sort_unique(evidence.statements);
  sort_unique(evidence.accesses);
  evidence.routes = find_routes(program, settings.route_patterns);
  evidence.transactions = find_transactions(program, evidence);
  evidence.shared_state = find_shared_state(program);
  return evidence;
}

}  // namespace banyan::evidence
