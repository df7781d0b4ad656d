// How a router in a fleet shows itself: in words, as JSON, as metrics.
#include "router/admin/views.hpp"
#include "router/cutover/progress.hpp"

namespace banyan::admin {

namespace json = boost::json;

std::vector<std::string> problems_of(const FleetStatus& fleet) {
  std::vector<std::string> out;
  const std::string since = " for " + cutover::duration_words(fleet.report.for_ms);
  if (!fleet.report.in_step)
    out.push_back("fleet: out of step with " + fleet.address + since + ": " + fleet.report.trouble +
                  "; the last known stages stay, promote is refused, rollback acts here at once");
  for (const std::string& name : fleet.untold)
    out.push_back("fleet: the rollback of '" + name + "' is in effect here, and the others have not heard of it yet");
  for (const std::string& name : fleet.apart)
    out.push_back("fleet: '" + name + "' was moved under another cohort key, salt or lockstep group: the same callers get other sides there than here");
  return out;
}

json::value fleet_json(Control& control) {
  const auto fleet = control.fleet_status();
  if (!fleet) return nullptr;
  const fleet::Report& report = fleet->report;
  return json::object{{"address", fleet->address},
                      {"router", fleet->router},
                      {"in_step", report.in_step},
                      {"trouble", report.trouble},
                      {"for_ms", report.for_ms},
                      {"answer_ms", report.answer_ms < 0 ? json::value(nullptr) : json::value(report.answer_ms)},
                      {"entry", fleet->entry},
                      {"untold_rollbacks", json::value_from(fleet->untold)}};
}

std::string fleet_metrics(const FleetStatus& fleet) {
  std::string text;
  const auto add = [&text](const std::string& name, const char* type, const char* help, std::uint64_t value) {
    text += "# HELP banyan_router_fleet_" + name + " " + help + "\n# TYPE banyan_router_fleet_" + name + " " + type + "\nbanyan_router_fleet_" + name + " " +
            std::to_string(value) + "\n";
  };
  const fleet::Report& report = fleet.report;
  add("in_step", "gauge", "Whether this router follows the record of its fleet.", report.in_step ? 1 : 0);
  add("entry", "gauge", "The newest entry of the record that this router has taken over.", static_cast<std::uint64_t>(fleet.entry));
  add("untold_rollbacks", "gauge", "Cutovers rolled back here that the record does not know of yet.", fleet.untold.size());
  add("listings_total", "counter", "Listings of the record that were taken over.", report.listings);
  add("failures_total", "counter", "Listings that failed or could not be taken over.", report.failures);
  add("watches_lost_total", "counter", "Watches that broke.", report.watches_lost);
  add("compactions_total", "counter", "Watches that etcd ended because it had compacted.", report.compactions);
  add("older_answers_total", "counter", "Answers that were older than what this router had taken over.", report.older_answers);
  return text;
}

}  // namespace banyan::admin
