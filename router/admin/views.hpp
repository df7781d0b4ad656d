// How the control plane shows itself as JSON. Internal to admin/. Any thread.
#pragma once

#include "router/admin/api.hpp"

#include <boost/json.hpp>

namespace banyan::admin {

boost::json::object state_json(const cutover::State& state);
boost::json::object change_json(const Change& change);
// The freeze of a cutover, or of cutover::every_cutover; null when there is none.
boost::json::value freeze_json(const Control& control, const std::string& name);
// One row of cutovers_json(); null when there is no such cutover.
boost::json::value cutover_json(Control& control, const Sources& sources, const std::string& name);
boost::json::array cutovers_json(Control& control, const Sources& sources);
boost::json::object status_json(Control& control, const Sources& sources);
boost::json::object record_json(const cutover::Record& record);
// What a person should look at; empty when all is well.
boost::json::array problems_json(Control& control, const Sources& sources);
std::int64_t steady_now_ms();
boost::json::value parse_or_null(const std::function<std::string()>& source);
std::string control_metrics(Control& control);
boost::json::value fleet_json(Control& control);  // null: it is alone
std::string fleet_metrics(const FleetStatus& fleet);

ApiResponse json_answer(const boost::json::value& value);
ApiResponse problem(int status, std::string_view title, std::string_view detail, std::string_view hint = {});

}  // namespace banyan::admin
