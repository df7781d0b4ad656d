#include "analyzer/evidence/evidence.hpp"
#include "analyzer/evidence/history.hpp"
#include "analyzer/evidence/routes.hpp"
#include "analyzer/evidence/shared_state.hpp"
#include "analyzer/evidence/sql.hpp"
#include "analyzer/evidence/sql_prepared.hpp"
#include "analyzer/evidence/traffic.hpp"
#include "analyzer/evidence/transactions.hpp"
#include "analyzer/evidence/vocabulary.hpp"

#include <algorithm>

namespace banyan::evidence {
namespace {

template <class T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void collect_history(const facts::Program& program, const Settings& settings, Evidence& into) {
  std::set<std::string> files;
  for (const facts::FileFacts& file : program.files) files.insert(file.path);
  find_co_changes(parse_history(settings.history), files, into);
}

std::string history_note(const Settings& settings, const Evidence& evidence) {
  if (!settings.history_note.empty()) return settings.history_note;
  const History& history = evidence.history;
  std::string note = std::to_string(history.commits) + " commits touch the program";
  if (history.large > 0) note += ", " + std::to_string(history.large) + " of them too large to count";
  if (!history.usable) note += "; fewer than " + std::to_string(shortest_history) + ": nothing is concluded";
  return note;
}

std::string traffic_note(const Settings& settings, const Evidence& evidence) {
  if (settings.access_logs.empty()) return "no access log given (map --access-log FILE)";
  const TrafficTotals& totals = evidence.traffic_totals;
  std::string note = std::to_string(totals.requests) + " requests";
  if (totals.unreadable > 0) note += ", " + std::to_string(totals.unreadable) + " lines not readable";
  return note;
}

void describe_sources(const Settings& settings, Evidence& evidence) {
  const std::vector<std::pair<std::uint64_t, std::string>> found = {
      {evidence.accesses.size(), ""},     {evidence.routes.size(), ""},
      {evidence.transactions.size(), ""}, {evidence.shared_state.size(), ""},
      {evidence.co_changes.size(), history_note(settings, evidence)},
      {evidence.vocabulary.size(), ""},   {evidence.traffic.size(), traffic_note(settings, evidence)}};
  for (std::size_t i = 0; i < source_names().size(); ++i) {
    const std::string& name = source_names()[i];
    const bool used = settings.without.count(name) == 0;
    evidence.sources.push_back({name, used, found[i].first, used ? found[i].second : "left out (--without)"});
  }
}

}  // namespace

const std::vector<std::string>& source_names() {
  static const std::vector<std::string> names = {"sql",      "routes",     "transactions", "shared-state",
                                                 "cochange", "vocabulary", "runtime"};
  return names;
}

Evidence collect(const facts::Program& program, const Settings& settings) {
  Evidence evidence;
  const auto wanted = [&](const char* source) { return settings.without.count(source) == 0; };
  if (wanted("sql")) {
    collect_sql(program, settings, evidence);
    follow_prepared(program, evidence);
  }
  sort_unique(evidence.tables);
  sort_unique(evidence.triggers);
  sort_unique(evidence.statements);
  sort_unique(evidence.accesses);
  if (wanted("routes")) evidence.routes = find_routes(program, settings.route_patterns);
  if (wanted("transactions")) evidence.transactions = find_transactions(program, evidence);
  if (wanted("shared-state")) evidence.shared_state = find_shared_state(program);
  if (wanted("cochange")) collect_history(program, settings, evidence);
  if (wanted("vocabulary")) evidence.vocabulary = find_vocabulary(program);
  if (wanted("runtime")) weigh_routes(settings.access_logs, evidence);
  describe_sources(settings, evidence);
  return evidence;
}

}  // namespace banyan::evidence
