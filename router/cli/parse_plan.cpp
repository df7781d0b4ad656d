#include "router/cli/parse_plan.hpp"

#include <CLI/CLI.hpp>

namespace banyan::cli {
namespace {

CLI::App* plan_verb(CLI::App& app, Options& options, const std::string& name, const std::string& about) {
  CLI::App* sub = app.add_subcommand(name, about);
  sub->add_option("-c,--config", options.config, "The configuration file")->capture_default_str();
  sub->add_option("--format", options.format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  sub->add_flag_callback("--json", [&options] { options.format = "json"; }, "The same as --format json");
  return sub;
}

void add_logs(CLI::App* sub, Options& options) {
  sub->add_option("log", options.logs, "Access logs: this router's, or the combined log format; - is standard input (default: static.access_log)");
}

void add_init(CLI::App& app, Options& options) {
  CLI::App* init = app.add_subcommand("init", "Write a first configuration, with comments; asks on a terminal");
  init->add_option("-c,--config", options.config, "The file to write")->capture_default_str();
  init->add_option("--upstream", options.upstream, "HOST:PORT or URL of the monolith");
  init->add_option("--listen", options.listen, "Where to serve")->capture_default_str();
  init->add_option("--cohort", options.cohort, "What tells callers apart: header:NAME, cookie:NAME, query:NAME, peer")->capture_default_str();
  init->add_option("--service", options.services, "NAME=HOST:PORT of a service taken out, repeatable")->allow_extra_args(false);
  init->add_option("--path", options.paths, "NAME=PATH that a service takes over, repeatable")->allow_extra_args(false);
  init->add_option("--contexts", options.contexts, "contexts.json of banyan-analyze: the routes of the context of a service's name");
  init->add_flag("--force", options.force, "Overwrite an existing file");
  init->footer("Examples:\n"
               "  banyan-router init --upstream 127.0.0.1:8081\n"
               "  banyan-router init --upstream 127.0.0.1:8081 --service orders=127.0.0.1:8091 --path 'orders=/api/orders/**'\n"
               "  banyan-router init --upstream 127.0.0.1:8081 --service orders=127.0.0.1:8091 --contexts out/contexts.json");
}

}  // namespace

void add_plan_verbs(CLI::App& app, Options& options) {
  CLI::App* simulate = plan_verb(app, options, "simulate", "What these rules and plans would have done to a recorded log");
  add_logs(simulate, options);
  simulate->add_option("--at", options.at, "A cutover in another stage than now: NAME/STAGE, repeatable")->allow_extra_args(false);
  simulate->footer(
      "Without --at, exit code 1 when the rules would send a request elsewhere than the log says it went.\n"
      "3: some lines could not be read. Headers are not in a log: callers are told apart by its caller mark or address.\n\n"
      "Examples:\n"
      "  banyan-router simulate access.log                          callers exposed by each step of each plan\n"
      "  banyan-router simulate --at 'orders-read/canary 25%' access.log\n"
      "  zcat /var/log/nginx/access.log.*.gz | banyan-router simulate -");
  CLI::App* ledger = plan_verb(app, options, "ledger", "How much is strangled, who is still on legacy, and what can be deleted");
  add_logs(ledger, options);
  ledger->add_option("--silent-for", options.silence, "Legacy code can go after so long without a request")->capture_default_str();
  ledger->add_option("-n,--limit", options.callers, "How many callers on legacy to name for each cutover")->capture_default_str();
  ledger->footer(
      "3: some lines could not be read.\n\n"
      "Examples:\n"
      "  banyan-router ledger                                       from static.access_log\n"
      "  banyan-router ledger --silent-for 90d --json access.log*");
  CLI::App* config = plan_verb(app, options, "config", "Print the configuration in effect, or the schema of configurations");
  config->add_option("what", options.what, "dump or schema")->required();
  config->add_flag("--origin", options.origin, "With every value, the line it comes from, or `default`");
  config->footer("Examples:\n"
                 "  banyan-router config dump --origin\n"
                 "  banyan-router config schema > router.schema.json");
  add_init(app, options);
}

}  // namespace banyan::cli
