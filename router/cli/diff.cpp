#include "router/cli/cli.hpp"
#include "router/cli/locate.hpp"
#include "router/compare/report.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace banyan::cli {

namespace json = boost::json;

int diff(const Options& options) {
  const Running running = locate(options);
  const auto answer = ask(running, "GET", "/api/v1/cutovers/" + percent_encode(options.cutover) + "/diff");
  if (!answer) return Exit::unusable;
  if (answer->status != 200) return print_problem(*answer), Exit::unusable;
  const json::value report = json::parse(answer->body).at("report");
  if (options.format == "json") std::cout << answer->body;
  else if (report.is_null()) std::cout << options.cutover << ": nothing was compared yet\n";
  else std::cout << compare::report_text(json::serialize(report), options.cutover);
  const bool differs = !report.is_null() && report.at("counts").at("different").to_number<std::int64_t>() > 0;
  return differs ? Exit::findings : Exit::done;
}

}  // namespace banyan::cli
