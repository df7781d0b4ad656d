#include "router/plan/ledger.hpp"

#include "router/cli/cli.hpp"
#include "router/cli/load.hpp"
#include "router/cli/recorded_log.hpp"
#include "router/config/units.hpp"
#include "router/cutover/progress.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <iostream>
#include <stdexcept>

namespace banyan::cli {
namespace {

namespace json = boost::json;

json::object share_json(const plan::Share& share) {
  return {{"moved", share.moved}, {"all", share.all}, {"percent", share.percent()}};
}

json::value time_json(std::int64_t unix_ms) { return unix_ms == 0 ? json::value(nullptr) : json::value(utc(unix_ms)); }

json::object row_json(const plan::LedgerRow& row) {
  json::array callers;
  for (const auto& caller : row.callers)
    callers.push_back(json::object{{"who", caller.who},
                                   {"user_agent", caller.user_agent},
                                   {"requests", caller.requests},
                                   {"last", time_json(caller.last_ms)}});
  return {{"cutover", row.cutover},
          {"endpoints", json::value_from(row.endpoints)},
          {"stage", describe(row.state)},
          {"legacy_requests", row.legacy_requests},
          {"new_requests", row.new_requests},
          {"last_legacy", time_json(row.last_legacy_ms)},
          {"legacy_callers", row.legacy_callers},
          {"callers", std::move(callers)},
          {"safe_to_delete", row.deletable == plan::Deletable::yes},
          {"deletable", to_string(row.deletable)}};
}

std::string share_words(const plan::Share& share) {
  char percent[16];
  std::snprintf(percent, sizeof percent, "%.1f %%", share.percent());
  return std::string(percent) + " (" + grouped(share.moved) + " of " + grouped(share.all) + ")";
}

std::string why(plan::Deletable deletable, const std::string& silence) {
  switch (deletable) {
    case plan::Deletable::yes:
      return "nobody asked legacy for " + silence + ": its code can be deleted";
    case plan::Deletable::not_moved:
      return "not everybody is on the new side";
    case plan::Deletable::asked:
      return "legacy was asked within " + silence;
    case plan::Deletable::log_short:
      return "not known: the log does not reach back " + silence;
  }
  return {};
}

void print(const plan::LedgerResult& ledger, const std::string& silence) {
  std::cout << "strangled: endpoints " << share_words(ledger.endpoints) << ", requests " << share_words(ledger.requests)
            << ", writes " << share_words(ledger.writes) << "\n";
  if (ledger.requests.all != 0)
    std::cout << "  log from " << utc(ledger.first_ms) << " to " << utc(ledger.last_ms) << "; " << grouped(ledger.unmatched)
              << " requests match no cutover: the monolith's alone\n";
  for (const auto& row : ledger.rows) {
    std::cout << "  " << row.cutover << ": " << describe(row.state) << "; " << grouped(row.new_requests) << " new, "
              << grouped(row.legacy_requests) << " legacy";
    if (row.last_legacy_ms != 0) std::cout << " (last " << utc(row.last_legacy_ms) << ", " << grouped(row.legacy_callers) << " callers)";
    std::cout << "\n      " << why(row.deletable, silence) << "\n";
    for (const auto& caller : row.callers)
      std::cout << "      on legacy: " << caller.who << (caller.user_agent.empty() ? "" : " \"" + caller.user_agent + "\"") << ", "
                << grouped(caller.requests) << " requests, last " << utc(caller.last_ms) << "\n";
    if (row.deletable != plan::Deletable::yes) continue;
    for (const auto& endpoint : row.endpoints) std::cout << "      delete: " << endpoint << "\n";
  }
}

}  // namespace

int ledger(const Options& options) {
  const auto silence = config::parse_duration(options.silence);
  if (!silence) throw std::runtime_error("--silent-for: expected a duration such as 30d, found '" + options.silence + "'");
  const config::LoadResult loaded = load_with_files(options.config);
  if (!loaded.config) return std::cerr << config::format(loaded.diagnostics), Exit::unusable;
  plan::Ledger book(snapshot_on_disk(loaded.config));
  const LogCounts counts = read_logs(options, *loaded.config, [&](const plan::Recorded& request) { book.add(request); });
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  const plan::LedgerResult result = book.result(now.count(), *silence, options.callers);
  const std::string words = cutover::duration_words(silence->count());
  if (options.format == "json") {
    json::array rows;
    for (const auto& row : result.rows) rows.push_back(row_json(row));
    std::cout << json::serialize(json::object{{"endpoints", share_json(result.endpoints)},
                                              {"requests", share_json(result.requests)},
                                              {"writes", share_json(result.writes)},
                                              {"unmatched", result.unmatched},
                                              {"aggregated", result.aggregated},
                                              {"from", time_json(result.first_ms)},
                                              {"to", time_json(result.last_ms)},
                                              {"silent_for", words},
                                              {"unreadable_lines", counts.unreadable},
                                              {"cutovers", std::move(rows)}})
              << "\n";
  } else {
    print(result, words);
  }
  return partial_or_done(counts);
}

}  // namespace banyan::cli
