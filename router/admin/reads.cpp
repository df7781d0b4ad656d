#include "router/admin/query.hpp"
#include "router/admin/views.hpp"
#include "router/config/units.hpp"
#include "router/cutover/audit.hpp"
#include "router/routing/explain.hpp"

#include <algorithm>

namespace banyan::admin {
namespace {

namespace json = boost::json;

ApiResponse plain_text(int status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text)};
}

}  // namespace

ApiResponse Api::livez(const Call&) const { return plain_text(200, "ok\n"); }

ApiResponse Api::cutovers(const Call&) const { return json_answer(cutovers_json(control_, sources_)); }

ApiResponse Api::cutover(const Call& call) const {
  json::value row = cutover_json(control_, sources_, call.name);
  if (row.is_null())
    return problem(404, "no such cutover", "there is no cutover '" + call.name + "'", "see: banyan-router status");
  return json_answer(row);
}

ApiResponse Api::diff(const Call& call) const {
  if (!control_.live().snapshot()->config->find_cutover(call.name))
    return problem(404, "no such cutover", "there is no cutover '" + call.name + "'", "see: banyan-router status");
  const json::value report = parse_or_null([&] { return sources_.diff ? sources_.diff(call.name) : "null"; });
  return json_answer(json::object{{"cutover", call.name}, {"report", report}});
}

ApiResponse Api::readyz(const Call&) const {
  const std::string why = sources_.not_ready ? sources_.not_ready() : "";
  if (!why.empty()) return plain_text(503, "not ready: " + why + "\n");
  std::string text = "ready\n";
  if (sources_.warnings)
    for (const std::string& warning : sources_.warnings()) text += "warning: " + warning + "\n";
  if (const auto fleet = control_.fleet_status())
    for (const std::string& problem : problems_of(*fleet)) text += "warning: " + problem + "\n";
  return plain_text(200, std::move(text));
}

ApiResponse Api::metrics(const Call&) const {
  return {200, "text/plain; version=0.0.4; charset=utf-8",
          (sources_.metrics ? sources_.metrics() : "") + control_metrics(control_)};
}

ApiResponse Api::status(const Call&) const { return json_answer(status_json(control_, sources_)); }

ApiResponse Api::explain(const Call& call) const {
  routing::Question question{"GET", "", {}, ""};
  each_parameter(call.query, [&](std::string key, std::string value) {
    if (key == "method")
      question.method = std::move(value);
    else if (key == "url" || key == "target")
      question.target = std::move(value);
    else if (key == "peer")
      question.peer = std::move(value);
    else if (key == "header")
      if (const auto colon = value.find(':'); colon != std::string::npos) {
        auto start = std::min(value.find_first_not_of(' ', colon + 1), value.size());
        question.headers.emplace_back(value.substr(0, colon), value.substr(start));
      }
  });
  if (question.target.empty())
    return problem(400, "bad request", "explain needs ?url=/path",
                   "also: method=GET, header=Name:value (repeatable), peer=ADDRESS");
  const auto explained = routing::explain(*control_.live().snapshot(), question);
  json::value body = json::parse(explained.json);
  body.as_object()["text"] = explained.text;
  return json_answer(body);
}

ApiResponse Api::audit(const Call& call) const {
  std::size_t limit = 100;
  each_parameter(call.query, [&](const std::string& key, const std::string& value) {
    if (key == "limit") limit = static_cast<std::size_t>(config::parse_count(value).value_or(100));
  });
  json::array records;
  const auto audit = cutover::audit_file(control_.journal_path(), std::chrono::milliseconds(500),
                                         [&](const cutover::Record& record) {
                                           if (limit != 0 && records.size() == limit)
                                             records.erase(records.begin());
                                           records.push_back(record_json(record));
                                         });
  json::object out{{"ok", audit.ok()}, {"records", audit.records}, {"head", audit.head_hash}};
  if (audit.first_bad) out["first_bad"] = *audit.first_bad;
  if (audit.problem) out["problem"] = audit.problem->what;
  out["list"] = std::move(records);
  return json_answer(out);
}

}  // namespace banyan::admin
