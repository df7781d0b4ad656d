#include "router/cli/parse.hpp"

#include "router/cli/parse_plan.hpp"
#include "router/config/load.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace banyan::cli {
namespace {

constexpr const char* examples = R"(
Examples:
  banyan-router init --upstream 127.0.0.1:8081        write a router.yaml that sends everything there
  banyan-router check -c router.yaml                  every mistake with its place; exit 2 if there is one
  banyan-router run -c router.yaml                    serve; SIGHUP reloads, SIGUSR2 rolls everything back
  banyan-router explain GET /api/orders/42 -H 'X-Account-Id: 7'
  banyan-router promote orders-read                   one step along its plan
  banyan-router rollback orders-read --why "wrong totals"
  banyan-router rollback --all
  banyan-router explain orders-read                   what blocks its next step
  banyan-router freeze --all --until 72h --why "black friday"

Exit codes: 0 done, 1 findings, 2 usage, configuration or environment, 130 interrupted.)";

CLI::App* verb(CLI::App& app, Options& options, const std::string& name, const std::string& about) {
  CLI::App* sub = app.add_subcommand(name, about);
  sub->add_option("-c,--config", options.config, "The configuration file")->capture_default_str();
  return sub;
}

void reach(CLI::App* sub, Options& options) {
  sub->add_option("--admin", options.admin,
                  "HOST:PORT of the running router (default: looked up beside its state)");
  sub->add_option("--token-file", options.token_file, "Where your admin token stands (default: STATE.token)");
}

void formats(CLI::App* sub, Options& options) {
  sub->add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  sub->add_flag_callback("--json", [&options] { options.format = "json"; }, "The same as --format json");
}

void changes(CLI::App& app, Options& options) {
  const auto add = [&](const std::string& name, const std::string& about, bool optional_name) {
    CLI::App* sub = verb(app, options, name, about);
    auto* cutover = sub->add_option("cutover", options.cutover, "Name of the cutover");
    if (!optional_name) cutover->required();
    sub->add_option("--why,--reason", options.why, "Kept in the journal");
    sub->add_option("--who", options.who, "Kept in the journal (default: you)");
    formats(sub, options);
    reach(sub, options);
    return sub;
  };
  CLI::App* promote = add("promote", "Move a cutover one step along its plan; exit 1 if its gates say no", false);
  promote->add_flag("--full", options.full, "Straight to live, past the steps between");
  promote->add_flag("--dry-run", options.dry_run, "Only say where it would go and what blocks it; exit 1 if anything does");
  promote->add_flag("--force", options.force, "Although gates, hold or `after` say no; needs --why");
  add("approve", "Approve of the next step of a cutover, where its plan asks for it", false)
      ->add_option("--as", options.as, "The name that the plan asks for")
      ->required();
  add("rollback", "Back to the legacy side, now", true)->add_flag("--all", options.all, "Every cutover");
  add("hold", "Keep a cutover where it is until it is resumed", false);
  add("resume", "End a hold", false);
  CLI::App* freeze = add("freeze", "Forbid promotions of a cutover, or of all; rollback stays free. Needs --why", true);
  freeze->add_flag("--all", options.all, "Every cutover");
  freeze->add_option("--until", options.until, "When it ends by itself: a time (2026-12-24T08:00:00Z) or a duration (12h)");
  freeze->footer("Examples:\n  banyan-router freeze --all --until 72h --why \"black friday\"\n"
                 "  banyan-router freeze orders-read --why \"audit of totals\"");
  add("thaw", "End a freeze before its time", true)->add_flag("--all", options.all, "The freeze of every cutover");
  CLI::App* ignore = add("ignore", "No longer count a place in the answers as a difference; writes it into the configuration and reloads", false);
  ignore->add_option("path", options.path, "A JSON path such as '$.asOf', or a header such as header:x-served-by")->required();
  ignore->add_flag("--dry-run", options.dry_run, "Only show what would be written, and where");
  add("set-weight", "Give the new side this share of callers", false)
      ->add_option("percent", options.percent, "Above 0, up to 100")
      ->required();
}

void questions(CLI::App& app, Options& options) {
  CLI::App* sub = verb(app, options, "explain", "Where a request would go, and why; or what blocks the next step of a cutover");
  sub->add_option("method", options.method, "GET, POST ...; or, alone, the name of a cutover")->required();
  sub->add_option("url", options.url, "Path or URL");
  sub->footer("Examples:\n  banyan-router explain GET /api/orders/42 -H 'X-Account-Id: 7'\n  banyan-router explain orders-read");
  sub->add_option("-H,--header", options.headers, "'Name: value', repeatable")->allow_extra_args(false);
  sub->add_option("--cookie", options.cookies, "name=value, repeatable")->allow_extra_args(false);
  sub->add_option("--peer", options.peer, "The client's address");
  sub->add_flag("--offline", options.offline, "Ask the files, not the running router");
  formats(sub, options);
  reach(sub, options);
  sub = verb(app, options, "status",
             "Stages, problems and upstreams of the running router; exit 1 on problems");
  formats(sub, options);
  reach(sub, options);
  sub = verb(app, options, "diff", "What the new side of a shadowed cutover answers differently; exit 1 if anything");
  sub->add_option("cutover", options.cutover, "Name of the cutover")->required();
  formats(sub, options);
  reach(sub, options);
  sub = verb(app, options, "audit", "Verify the journal and list its newest records; exit 1 if one is bad");
  sub->add_flag("--verify", options.verify, "Only verify");
  sub->add_option("-n,--limit", options.limit, "How many records to list, 0 for all")->capture_default_str();
  formats(sub, options);
}

void build(CLI::App& app, Options& options) {
  app.footer(examples);
  app.set_version_flag("--version", std::string("banyan-router ") + version);
  app.require_subcommand(1);
  CLI::App* run = verb(app, options, "run", "Serve traffic");
  run->footer("BANYAN_IO=uring serves on io_uring instead of epoll (banyan-router-uring must lie beside banyan-router).");
  run->add_option("--token-file", options.token_file,
                  "Read the admin tokens from here instead of making one: lines of SECRET, or NAME view|operate SECRET");
  formats(verb(app, options, "check", "Check a configuration as run and reload would"), options);
  questions(app, options);
  changes(app, options);
  CLI::App* reload = verb(app, options, "reload", "Make the running router read its configuration again");
  reload->add_option("--why,--reason", options.why, "Kept in the log");
  reach(reload, options);
  add_plan_verbs(app, options);
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

int complain(const std::string& what, const std::string& hint) {
  std::cerr << "error: " << what << "\n";
  if (!hint.empty()) std::cerr << "  " << hint << "\n";
  std::cerr << "  see: banyan-router --help\n";
  return Exit::unusable;
}

// CLI11 only says that some argument was not expected; a misspelt word deserves its neighbour.
int complain_about(const CLI::App& app, int argc, const char* const* argv, const std::string& what) {
  const CLI::App* sub = nullptr;
  std::vector<std::string> known = {"--help", "--version"};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!sub && !word.starts_with('-')) {
      const auto names = subcommand_names(app);
      if (std::find(names.begin(), names.end(), word) == names.end()) {
        const std::string near = config::nearest(word, names);
        return complain("unknown command '" + word + "'", near.empty() ? "" : "did you mean '" + near + "'?");
      }
      sub = app.get_subcommand(word);
      for (const CLI::Option* option : sub->get_options())
        for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    } else if (word.starts_with("--") && word.size() > 2) {
      const std::string name = word.substr(0, word.find('='));
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string near = config::nearest(name, known);
      return complain("unknown option '" + name + "'" + (sub ? " of '" + sub->get_name() + "'" : ""),
                      near.empty() ? "" : "did you mean '" + near + "'?");
    }
  }
  return complain(what, "");
}

}  // namespace

std::optional<int> parse(int argc, const char* const* argv, Options& out) {
  CLI::App app("banyan-router stands in front of a monolith and moves its traffic, one cutover at a time.",
               "banyan-router");
  build(app, out);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    std::cout << (chosen.empty() ? app.help() : chosen.front()->help());
    return Exit::done;
  } catch (const CLI::CallForVersion&) {
    std::cout << "banyan-router " << version << "\n";
    return Exit::done;
  } catch (const CLI::ParseError& error) {
    return complain_about(app, argc, argv, error.what());
  }
  out.verb = app.get_subcommands().front()->get_name();
  const bool of_all = out.verb == "rollback" || out.verb == "freeze" || out.verb == "thaw";
  if (of_all && out.all == !out.cutover.empty())
    return complain(out.verb + " needs either the name of a cutover or --all", "");
  if (out.verb == "config" && out.what != "dump" && out.what != "schema") {
    const std::string near = config::nearest(out.what, {"dump", "schema"});
    return complain("unknown word '" + out.what + "' of 'config'", near.empty() ? "dump or schema" : "did you mean '" + near + "'?");
  }
  return std::nullopt;
}

}  // namespace banyan::cli
