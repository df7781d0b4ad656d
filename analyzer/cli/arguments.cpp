#include "analyzer/cli/cli.hpp"
#include "analyzer/cli/nearest.hpp"
#include "analyzer/cli/settings.hpp"
#include "analyzer/facts/parse.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace banyan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  banyan-analyze map -p build              analyze what build/compile_commands.json lists\n"
    "  banyan-analyze map --sample 200          a first look: 200 units only\n"
    "  banyan-analyze explain src/cart.cpp      why a file is in its context, and what would move it\n"
    "  banyan-analyze query --list              questions the database can answer\n"
    "Exit codes: 0 done, 1 findings, 2 usage or environment, 3 too little parsed, 130 interrupted.";

void database_options(CLI::App& verb, Settings& s) {
  verb.add_option("-p,--build", s.build_path, "Build folder or compile_commands.json (default: searched)");
  verb.add_option("--root", s.root,
                  "Source root (default: the git top level, else what the sources have in common)");
  verb.add_option("--path-map", s.path_map,
                  "A=B: paths the database has from a container, and where they are here");
  verb.add_option("--extra-arg", s.extra_args, "Add a compiler flag at the end of every command");
  verb.add_option("--extra-arg-before", s.extra_args_before,
                  "Add a compiler flag at the front of every command");
}

void output_option(CLI::App& verb, Settings& s) {
  verb.add_option("-o,--output", s.output, "Folder for the results")->capture_default_str();
}

void add_map(CLI::App& app, Settings& s) {
  CLI::App* verb =
      app.add_subcommand("map", "Facts, evidence, contexts and report; parses only what changed");
  database_options(*verb, s);
  output_option(*verb, s);
  verb->add_option("-j,--jobs", s.jobs, "Units parsed at once (default: cores, as far as memory allows)");
  verb->add_option("--config", s.config,
                   "Configuration (default: banyan.yaml in the root or above the working folder)");
  verb->add_flag("--no-config", s.no_config, "Ignore banyan.yaml");
  verb->add_option("--access-log", s.access_logs, "The router's access log: how often each route is asked for; repeatable");
  verb->add_option("--without", s.without,
                   "Leave out evidence, to see what it is worth: sql, routes, transactions, shared-state, cochange, "
                   "vocabulary, runtime");
  verb->add_option("--merge", s.merge, "Units of equal flags that share one parse, at most")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  verb->add_flag("--no-merge", s.no_merge, "Each unit in a parse of its own");
  verb->add_option("--verify", s.verify, "Parse this many units again alone and compare");
  verb->add_option("--memory", s.megabytes, "Megabytes that parsing may take (default: what is free)");
  verb->add_option("--shard", s.shard, "K/N: only the K-th of N parts, and only its facts; then merge");
  verb->add_option("--sample", s.sample, "Analyze only this many units, spread over the program");
  verb->add_option("--max-failed-tus", s.max_failed_percent, "Exit 3 when more than this many percent failed")
      ->capture_default_str();
  verb->add_flag("-q,--quiet", s.quiet, "Only errors");
  verb->add_flag("-v,--verbose", s.verbose, "List every failed unit");
  verb->add_option("--progress", s.progress, "auto, plain, json or none")
      ->check(CLI::IsMember({"auto", "plain", "json", "none"}))
      ->capture_default_str();
  verb->add_option("files", s.files, "Only these sources; with '-- FLAGS' no database is needed");
  verb->footer(
      "Examples:\n  banyan-analyze map -p build -o out\n"
      "  banyan-analyze map src/a.cpp src/b.cpp -- -std=c++20 -Iinclude\n"
      "Writes banyan.db, contexts.json, report.html and router.yaml into the output folder.");
}

void add_doctor(CLI::App& app, Settings& s) {
  CLI::App* verb = app.add_subcommand("doctor", "Check what map needs, with the fix for what is missing");
  database_options(*verb, s);
  output_option(*verb, s);
  verb->add_option("--config", s.config, "Configuration");
  verb->add_option("--file", s.file, "Show how one source is compiled, and its first error");
  verb->add_flag("--json", s.json, "Machine-readable");
  verb->footer("Examples:\n  banyan-analyze doctor -p build\n  banyan-analyze doctor --file src/cart.cpp");
}

void add_readers(CLI::App& app, Settings& s) {
  CLI::App* explain = app.add_subcommand("explain", "Why a FILE, SYMBOL, TABLE or ROUTE is where it is");
  output_option(*explain, s);
  explain->add_option("what", s.what, "A path, qualified name, table or 'GET /path'")->required();
  explain->footer(
      "Examples:\n  banyan-analyze explain src/cart.cpp\n  banyan-analyze explain \"GET /orders/{id}\"");

  CLI::App* query = app.add_subcommand("query", "Ask the database");
  output_option(*query, s);
  query->add_option("name", s.what, "A named query");
  query->add_option("--sql", s.sql, "Any SELECT");
  query->add_flag("--list", s.list, "The named queries");
  query->add_option("--format", s.format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->capture_default_str();
  query->footer(
      "Examples:\n  banyan-analyze query --list\n"
      "  banyan-analyze query --sql \"SELECT method, path FROM endpoint\" --format csv");
}

void add_report(CLI::App& app, Settings& s) {
  CLI::App* verb = app.add_subcommand("report", "The last map in other formats; parses nothing");
  output_option(*verb, s);
  verb->add_option("-T,--output-type", s.formats, "FORMAT[,..]; --list shows them");
  verb->add_flag("--list", s.list, "The formats");
  verb->add_option("--to", s.to,
                   "Folder for the files (default: one format goes to standard output, several beside banyan.db)");
  verb->add_option("--level", s.level,
                   "contexts or files, for dot, graphml and csv (default: contexts; graphml: files)")
      ->check(CLI::IsMember({"contexts", "files"}));
  verb->add_flag("-q,--quiet", s.quiet, "Only errors");
  verb->footer(
      "Examples:\n  banyan-analyze report -o out -T sarif > findings.sarif\n"
      "  banyan-analyze report -o out -T mermaid,structurizr,csv --to docs/architecture");
}

void add_router_config(CLI::App& app, Settings& s) {
  CLI::App* verb = app.add_subcommand("router-config", "Print a draft router.yaml from the last map");
  output_option(*verb, s);
  verb->add_option("--group", s.draft.group,
                   "One cutover a route, or one for the reads and one for the writes of a context")
      ->check(CLI::IsMember({"route", "context"}))
      ->capture_default_str();
  verb->add_option("--context", s.draft.contexts,
                   "Only this context leaves; repeatable (default: all but shared kernels)");
  verb->add_option("--monolith", s.draft.monolith, "Its address")->capture_default_str();
  verb->add_option("--upstream", s.draft.upstreams, "CONTEXT=HOST:PORT, repeatable");
  verb->add_option("--listen", s.draft.listen, "Where the router serves")->capture_default_str();
  verb->add_option("--admin", s.draft.admin, "Its admin address")->capture_default_str();
  verb->add_option("--state", s.draft.state, "Its journal")->capture_default_str();
  verb->add_option("--access-log", s.draft.access_log, "Its access log; default: none");
  verb->footer(
      "Examples:\n  banyan-analyze router-config -o out > router.yaml\n"
      "  banyan-analyze router-config -o out --group context --context inventory "
      "--upstream inventory=127.0.0.1:8091");
}

void check_options(CLI::App& verb, Settings& s) {
  output_option(verb, s);
  verb.add_option("--config", s.config, "Configuration with the rules (default: the one map used)");
  verb.add_option("--baseline", s.check.baseline,
                  "Violations accepted for now (default: banyan-baseline.json beside the configuration)");
}

void add_check(CLI::App& app, Settings& s) {
  CLI::App* verb = app.add_subcommand("check", "Hold the last map against the rules of banyan.yaml");
  check_options(*verb, s);
  verb->add_option("--fail-on", s.check.fail_on, "Exit 1 for new violations of this severity or worse")
      ->check(CLI::IsMember({"error", "warning", "info", "never"}))
      ->capture_default_str();
  verb->add_option("--format", s.check.format, "text, json or sarif")
      ->check(CLI::IsMember({"text", "json", "sarif"}))
      ->capture_default_str();
  verb->footer(
      "Examples:\n  banyan-analyze map -o out && banyan-analyze check -o out\n"
      "  banyan-analyze check -o out --baseline ci/baseline.json --format json\n"
      "Entries of the baseline that are gone fail too, whatever --fail-on says except never.");

  CLI::App* baseline = app.add_subcommand("baseline", "Accept today's violations; the list only gets shorter");
  baseline->require_subcommand(1);
  CLI::App* create = baseline->add_subcommand("create", "Write down today's violations");
  check_options(*create, s);
  create->add_flag("--force", s.check.force, "Even when a baseline exists and would get longer");
  CLI::App* prune = baseline->add_subcommand("prune", "Take out what is gone, follow what was renamed or moved");
  check_options(*prune, s);
  baseline->footer("Examples:\n  banyan-analyze baseline create -o out\n  banyan-analyze baseline prune -o out");
}

int dispatch_baseline(const CLI::App& verb, const Settings& settings) {
  const std::string what = verb.get_subcommands().front()->get_name();
  return what == "create" ? baseline_create(settings) : baseline_prune(settings);
}

void add_score(CLI::App& app, Settings& s) {
  CLI::App* verb = app.add_subcommand("score", "Compare the contexts with a grouping that people agreed on");
  output_option(*verb, s);
  verb->add_option("--truth", s.truth, "The agreed grouping: JSON, RSF or another run's contexts.json")->required();
  verb->add_option("--tier", s.tier, "t0 (structure only), t1 (names and text, no folders), t2 (everything) or all")
      ->check(CLI::IsMember({"t0", "t1", "t2", "all"}))
      ->capture_default_str();
  verb->add_option("--without", s.without,
                   "Leave out one similarity: direct, usage, scopes, text, tables, routes, folders, history or runtime; repeatable");
  verb->add_option("--groups", s.groups, "Ask for this many contexts instead of the natural number")
      ->check(CLI::Range(1, 1000));
  verb->add_option("--format", s.format, "table, json, or rsf: the contexts of one tier, as a truth file")
      ->check(CLI::IsMember({"table", "json", "rsf"}))
      ->capture_default_str();
  verb->footer(
      "Examples:\n  banyan-analyze score -o out --truth modules.json\n"
      "  banyan-analyze score -o out --truth modules.json --tier t1 --without text --format json");
}

void add_what_if(CLI::App& app, Settings& s) {
  CLI::App* verb = app.add_subcommand("what-if", "What would change if files or tables moved");
  output_option(*verb, s);
  verb->add_option("moves", s.what, "\"move FILE|TABLE to CONTEXT, move ...\"")->required();
  verb->footer("Examples:\n  banyan-analyze what-if -o out \"move src/cart/prices.cpp to pricing\"\n"
               "  banyan-analyze what-if -o out \"move stock to inventory, move src/a.cpp to orders\"");
}

void add_advise(CLI::App& app, Settings& s) {
  CLI::App* verb = app.add_subcommand("advise", "What to do about what map found");
  verb->require_subcommand(1);
  CLI::App* cuts = verb->add_subcommand("cuts", "The cheapest edits that take cycles of includes apart");
  output_option(*cuts, s);
  cuts->add_option("--format", s.format, "text, json, or diff for `git apply`")
      ->check(CLI::IsMember({"text", "json", "diff"}));
  CLI::App* seam = verb->add_subcommand("seam", "What one context needs of another: OpenAPI draft, facade header, what cannot cross");
  output_option(*seam, s);
  seam->add_option("from", s.from_context, "The context that uses (default: every seam, without shared kernels and tests)");
  seam->add_option("of", s.to_context, "The context that is used");
  seam->add_option("--to", s.to, "Folder for FROM-to-OF.hpp, .openapi.json and .json");
  seam->add_option("--format", s.format, "text, json, openapi or header")
      ->check(CLI::IsMember({"text", "json", "openapi", "header"}));
  seam->footer("Examples:\n  banyan-analyze advise seam orders payments -o out --to seams\n"
               "  banyan-analyze advise seam orders payments -o out --format header > payments_port.hpp");
  CLI::App* order = verb->add_subcommand("order", "Which context leaves first, and what that makes cheaper for the next");
  output_option(*order, s);
  order->add_option("--format", s.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  CLI::App* cycles = verb->add_subcommand("cycles", "The cheapest uses to cut where contexts need each other in a circle");
  output_option(*cycles, s);
  cycles->add_option("--format", s.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  verb->footer("Examples:\n  banyan-analyze advise cuts -o out\n"
               "  banyan-analyze advise cuts -o out --format diff | git apply\n"
               "  banyan-analyze advise seam orders payments -o out --to seams\n"
               "  banyan-analyze advise order -o out\n  banyan-analyze advise cycles -o out");
}

int dispatch_advise(const CLI::App& verb, const Settings& settings) {
  const std::string what = verb.get_subcommands().front()->get_name();
  if (what == "seam") return advise_seam(settings);
  if (what == "order") return advise_order(settings);
  if (what == "cycles") return advise_cycles(settings);
  return advise_cuts(settings);
}

void add_others(CLI::App& app, Settings& s) {
  CLI::App* init = app.add_subcommand("init", "Look at a source tree and write a commented banyan.yaml");
  database_options(*init, s);
  init->add_flag("--yes", s.yes, "Replace an existing banyan.yaml");
  init->footer("Examples:\n  banyan-analyze init\n  banyan-analyze init -p build/release");

  CLI::App* merge = app.add_subcommand("merge", "Join the folders of map --shard into one, as one run would");
  database_options(*merge, s);
  output_option(*merge, s);
  merge->add_option("--config", s.config, "Configuration, the one the shards had");
  merge->add_flag("--no-config", s.no_config, "Ignore banyan.yaml");
  merge->add_option("--access-log", s.access_logs, "As for map");
  merge->add_option("--without", s.without, "As for map");
  merge->add_option("--max-failed-tus", s.max_failed_percent, "Exit 3 when more than this many percent failed")
      ->capture_default_str();
  merge->add_flag("-q,--quiet", s.quiet, "Only errors");
  merge->add_flag("-v,--verbose", s.verbose, "List every failed unit");
  merge->add_option("shards", s.shards, "Output folders of the shards")->required();
  merge->footer("Examples:\n  banyan-analyze merge -p build -o out shard-*");

  CLI::App* cache = app.add_subcommand("cache", "What is on file for the next run (stats), or forget it (clear)");
  output_option(*cache, s);
  cache->add_option("what", s.what, "stats or clear")->required()->check(CLI::IsMember({"stats", "clear"}));
  cache->footer("Examples:\n  banyan-analyze cache stats -o out\n  banyan-analyze cache clear -o out");

  CLI::App* dump = app.add_subcommand("dump-facts", "Facts of one source as text")->group("");
  database_options(*dump, s);
  dump->add_option("file", s.file, "Source")->required();
}

std::vector<std::string> known_words(const CLI::App& app, bool options) {
  std::vector<std::string> out;
  if (!options) {
    for (const CLI::App* verb : app.get_subcommands(nullptr)) out.push_back(verb->get_name());
    return out;
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
  }
  return out;
}

int usage(const std::string& message, const std::string& hint) {
  std::cerr << "error: " << message << '\n';
  if (!hint.empty()) std::cerr << "  did you mean '" << hint << "'?\n";
  std::cerr << "  banyan-analyze --help lists verbs and options\n";
  return kUsage;
}

// CLI11 says only "A subcommand is required" for a misspelt verb.
int unknown_verb(const CLI::App& app, int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word.empty()) return usage("no verb given", "map");
  return usage("unknown verb '" + word + "'", nearest(word, known_words(app, false)));
}

int explain_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const auto verbs = app.get_subcommands();
  if (verbs.empty()) {
    const std::string first = argc > 1 ? argv[1] : "";
    if (first.size() > 1 && first[0] == '-')
      return usage("unknown option '" + first + "'", nearest(first, known_words(app, true)));
    return unknown_verb(app, argc, argv);
  }
  for (int i = 1; i < argc; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    const bool option = word.starts_with("--") && word.size() > 2;
    if (!option || verbs.front()->get_option_no_throw(word) != nullptr || word == "--help") continue;
    return usage("unknown option '" + word + "' for " + verbs.front()->get_name(),
                 nearest(word, known_words(*verbs.front(), true)));
  }
  return usage(error.what(), {});
}

int dispatch(const CLI::App& app, const Settings& settings) {
  const std::string verb = app.get_subcommands().front()->get_name();
  if (verb == "map") return map(settings);
  if (verb == "doctor") return doctor(settings);
  if (verb == "init") return init(settings);
  if (verb == "explain") return explain(settings);
  if (verb == "query") return query(settings);
  if (verb == "report") return report_formats(settings);
  if (verb == "score") return score(settings);
  if (verb == "router-config") return router_config(settings);
  if (verb == "what-if") return what_if(settings);
  if (verb == "advise") return dispatch_advise(*app.get_subcommands().front(), settings);
  if (verb == "check") return check(settings);
  if (verb == "baseline") return dispatch_baseline(*app.get_subcommands().front(), settings);
  if (verb == "merge") return merge(settings);
  if (verb == "cache") return cache(settings);
  return dump_facts(settings);
}

}  // namespace

int run(int argc, char** argv) {
  Settings settings;
  int own = argc;
  for (int i = 1; i < argc && own == argc; ++i) {
    if (std::string_view(argv[i]) != "--") continue;
    own = i;  // what follows belongs to the compiler
    settings.has_fixed_flags = true;
    settings.fixed_flags.assign(argv + i + 1, argv + argc);
  }
  CLI::App app("Maps a C++ monolith into candidate bounded contexts, with the evidence.", "banyan-analyze");
  app.set_version_flag("--version", "banyan-analyze 0.1.0, " + facts::front_end_version());
  app.require_subcommand(1);
  app.footer(kExamples);
  add_map(app, settings);
  add_doctor(app, settings);
  add_readers(app, settings);
  add_report(app, settings);
  add_router_config(app, settings);
  add_check(app, settings);
  add_score(app, settings);
  add_advise(app, settings);
  add_what_if(app, settings);
  add_others(app, settings);
  try {
    app.parse(own, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    return explain_error(app, error, own, argv);
  }
  return dispatch(app, settings);
}

}  // namespace banyan::cli
