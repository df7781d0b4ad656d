#include "router/cli/cli.hpp"

#include "router/cli/parse.hpp"

#include <exception>
#include <iostream>

namespace banyan::cli {

int main_of(int argc, char** argv, const Serve& serve) {
  Options options;
  try {
    if (const auto code = parse(argc, argv, options)) return *code;
    if (options.verb == "run") return serve(options);
    if (options.verb == "check") return check(options);
    if (options.verb == "explain") return options.url.empty() ? explain_cutover(options) : explain(options);
    if (options.verb == "promote" && options.dry_run) return explain_cutover(options);
    if (options.verb == "status") return status(options);
    if (options.verb == "audit") return audit(options);
    if (options.verb == "diff") return diff(options);
    if (options.verb == "init") return init(options);
    if (options.verb == "simulate") return simulate(options);
    if (options.verb == "ledger") return ledger(options);
    if (options.verb == "config") return options.what == "schema" ? config_schema(options) : config_dump(options);
    if (options.verb == "ignore") return ignore(options);
    if (options.verb == "reload") return reload(options);
    return change(options);
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return Exit::unusable;
  }
}

}  // namespace banyan::cli
