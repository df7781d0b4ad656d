#include "extracted_services/service/program.hpp"

#include "extracted_services/service/dispatcher.hpp"
#include "extracted_services/service/log.hpp"
#include "extracted_services/service/server.hpp"
#include "extracted_services/service/spans.hpp"
#include "extracted_services/service/suggest.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <ctime>
#include <iostream>

namespace banyan::service {
namespace {

constexpr int exit_ok = 0;
constexpr int exit_environment = 2;
constexpr int exit_interrupted = 130;

struct Options {
  std::string db;
  std::string from;
  std::string log_format = "human";
  std::string log_level = "info";
  std::string otlp;
  bool require_key = false;
  bool replace = false;
  std::int64_t idle_timeout_ms = 60'000;
  std::int64_t read_timeout_ms = 15'000;
  std::int64_t drain_notice_ms = 0;
  std::int64_t drain_timeout_ms = 10'000;
  ServerOptions server;
};

std::unique_ptr<store::Connection> open_migrated(const Definition& definition, const Companions& companions,
                                                 const std::string& db) {
  auto connection = store::open_writer(db);
  store::migrate(*connection, "service", idempotency::migrations());
  store::migrate(*connection, definition.name, definition.migrations);
  for (const auto& companion : companions)
    for (const auto& [owner, migrations] : companion->migrations()) store::migrate(*connection, owner, migrations);
  return connection;
}

Api whole_api(const Definition& definition, const Companions& companions) {
  Api api = definition.api();
  for (const auto& companion : companions) companion->add_endpoints(api);
  return api;
}

std::string metrics_of(const Companions& companions) {
  std::string text = spans::metrics();
  for (const auto& companion : companions) text += companion->metrics();
  return text;
}

// Stops them also when the start fails half-way: their threads must end before the store they use.
struct Started {
  const Companions& companions;
  ~Started() { stop(); }
  void stop() const {
    for (const auto& companion : companions) companion->stop();
  }
};

int serve(const Definition& definition, const Companions& companions, const Options& options) {
  const Api api = whole_api(definition, companions);
  store::Store store(options.db, open_migrated(definition, companions, options.db));
  Dispatcher dispatcher(api, store,
                        {.require_key = options.require_key,
                         .now = [] { return std::int64_t{std::time(nullptr)}; },
                         .more_metrics = [&companions] { return metrics_of(companions); }});
  ServerOptions server_options = options.server;
  server_options.disturb = definition.disturb;
  Server server(dispatcher, server_options);
  log::info("starting",
            {{"db", options.db}, {"engine", store::engine_note()}, {"version", definition.version}});
  const Started started{companions};
  for (const auto& companion : companions) companion->start(store);
  std::cout << "listening on " << options.server.listen << ":" << server.port() << std::endl;
  const int signal = server.run(true);
  started.stop();
  // Before the server goes: finished writes still hand their answers to its thread.
  store.stop();
  log::info("stopped");
  return signal == SIGINT ? exit_interrupted : exit_ok;
}

int import_rows(const Definition& definition, const Companions& companions, const Options& options) {
  const auto from = store::open_reader(options.from);
  const auto into = open_migrated(definition, companions, options.db);
  for (const auto& [table, rows] : import_tables(*from, *into, definition.import, options.replace))
    std::cout << table << " " << rows << "\n";
  return exit_ok;
}

int print_contract(const Definition& definition, const Companions& companions) {
  std::cout << json::serialize(whole_api(definition, companions).openapi()) << "\n";
  return exit_ok;
}

CLI::App& add_run(CLI::App& app, const Definition& definition, Options& options) {
  auto* run = app.add_subcommand("run", "Serve until SIGTERM or Ctrl-C, then finish what was started");
  run->add_option("--db", options.db, "The service's own database file, made if missing")->required();
  run->add_option("--listen", options.server.listen, "Address to listen on")->capture_default_str();
  run->add_option("--port", options.server.port, "Port; 0 takes a free one")->capture_default_str();
  run->add_flag("--require-idempotency-key", options.require_key,
                "Refuse writes without Idempotency-Key. Off, because callers of the monolith never sent one");
  run->add_option("--log-format", options.log_format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  run->add_option("--log-level", options.log_level, "debug, info, warn, error or off")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  run->add_option("--otlp", options.otlp, "Collector for spans of recorded traces, such as http://127.0.0.1:4318")
      ->check([](const std::string& url) { return spans::fault_of(url); });
  const auto millis = [run](const char* name, std::int64_t& value, const char* help) {
    run->add_option(name, value, help)
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{3'600'000}))
        ->capture_default_str();
  };
  millis("--idle-timeout-ms", options.idle_timeout_ms, "Closes a connection without a request after this");
  millis("--read-timeout-ms", options.read_timeout_ms, "A request must have arrived within this");
  millis("--drain-notice-ms", options.drain_notice_ms,
         "How long /readyz says 503 before the listener closes");
  millis("--drain-timeout-ms", options.drain_timeout_ms, "Started requests may take this long after SIGTERM");
  run->footer("Example:\n  banyan-" + definition.name + " run --db " + definition.name + ".db --port " +
              std::to_string(definition.port));
  return *run;
}

void add_import(CLI::App& app, const Definition& definition, Options& options) {
  auto* import = app.add_subcommand(
      "import",
      "First load from the monolith's database, which is only read. Again: the same rows, nothing doubled");
  import->add_option("--from", options.from, "The monolith's database file")->required();
  import->add_option("--db", options.db, "The service's own database file, made if missing")->required();
  import->add_flag("--replace", options.replace,
                   "Throw away what the service itself has changed since the last import");
  import->footer("Example:\n  banyan-" + definition.name + " import --from shop.db --db " + definition.name +
                 ".db");
}

// CLI11 says which word it did not expect; we say which one was probably meant.
std::string suggestion(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> known;
  for (const auto* command : app.get_subcommands({})) {
    known.push_back(command->get_name());
    for (const auto* option : command->get_options())
      for (const auto& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (int i = 1; i < argc; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    const bool is_name = i == 1 || word.starts_with("--");
    if (!is_name || std::find(known.begin(), known.end(), word) != known.end()) continue;
    const auto meant = nearest(word, known);
    if (!meant.empty()) return word + " is not known; did you mean " + meant + "?";
  }
  return {};
}

void apply(Options& options) {
  options.server.idle_timeout = std::chrono::milliseconds(options.idle_timeout_ms);
  options.server.read_timeout = std::chrono::milliseconds(options.read_timeout_ms);
  options.server.drain_notice = std::chrono::milliseconds(options.drain_notice_ms);
  options.server.drain_timeout = std::chrono::milliseconds(options.drain_timeout_ms);
}

int run_command(const CLI::App& app, const Definition& definition, const Companions& companions,
                Options& options) try {
  apply(options);
  options.server.limits.body = definition.largest_body;
  if (app.got_subcommand("openapi")) return print_contract(definition, companions);
  if (!definition.import.empty() && app.got_subcommand("import"))
    return import_rows(definition, companions, options);
  for (const auto& companion : companions)
    if (const auto code = companion->run_command(app)) return *code;
  log::start(options.log_format == "json" ? log::Format::json : log::Format::human, options.log_level,
             definition.name);
  spans::start(options.otlp, definition.name, definition.version);
  const int code = serve(definition, companions, options);
  spans::stop();
  log::stop();
  return code;
} catch (const std::exception& failure) {
  spans::stop();
  log::stop();
  std::cerr << "banyan-" << definition.name << ": error: " << failure.what() << "\n";
  return exit_environment;
}

}  // namespace

int run_program(const Definition& definition, int argc, char** argv) {
  Options options;
  options.server.port = definition.port;
  const Companions companions = definition.companions ? definition.companions() : Companions();
  CLI::App app{definition.summary, "banyan-" + definition.name};
  app.set_version_flag("--version", definition.version);
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help for all commands");
  auto& run = add_run(app, definition, options);
  if (!definition.import.empty()) add_import(app, definition, options);
  for (const auto& companion : companions) {
    companion->add_options(run);
    companion->add_commands(app);
  }
  app.add_subcommand("openapi", "Print the OpenAPI 3.1 contract");
  const std::string import_line =
      definition.import.empty()
          ? std::string()
          : "  banyan-" + definition.name + " import --from shop.db --db " + definition.name + ".db\n";
  app.footer("Examples:\n" + import_line + "  banyan-" + definition.name + " run --db " + definition.name + ".db --port " +
             std::to_string(definition.port));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, std::cout, std::cerr);
    if (code == 0) return exit_ok;
    if (const auto hint = suggestion(app, argc, argv); !hint.empty()) std::cerr << hint << "\n";
    return exit_environment;
  }
  return run_command(app, definition, companions, options);
}

}  // namespace banyan::service
