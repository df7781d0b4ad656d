// What the page shows, as JSON. Internal to admin/. Any thread.
#pragma once

#include "router/admin/api.hpp"
#include "router/admin/window.hpp"

#include <boost/json.hpp>

namespace banyan::admin {

// Everything that moves while one looks at it: per cutover where it stands, what blocks it, and both sides' figures.
boost::json::object overview_json(Control& control, const Sources& sources, const Recent& recent);

// How far the monolith is replaced, over time: after each change of the journal the mean share of callers that the new
// sides answered, every cutover weighing the same. The newest `most` points.
boost::json::object progress_json(Control& control, std::size_t most);

// What a command would do, without doing it. `percent` is for set_weight.
boost::json::object preview_json(Control& control, const Sources& sources, const Recent& recent, std::size_t index,
                                 cutover::Command command);

}  // namespace banyan::admin
