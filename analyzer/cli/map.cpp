#include "analyzer/cli/dump.hpp"
#include "analyzer/cli/map_parse.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/project.hpp"
#include "analyzer/cli/sources.hpp"
#include "analyzer/cli/vanished.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FormatVariadic.h>

#include <algorithm>
#include <iostream>

namespace banyan::cli {
namespace {

namespace fs = llvm::sys::fs;

constexpr std::size_t kListed = 5;

int fail(const std::string& message) {
  std::cerr << message << '\n';
  return kUsage;
}

// In the first second, not after an hour of parsing.
std::string check_output(const std::string& folder) {
  const auto created = fs::create_directories(folder);
  const auto access = created ? created : fs::access(folder, fs::AccessMode::Write);
  if (!access) return {};
  return "error: cannot write into the output folder '" + folder + "': " + access.message() +
         "\n  Choose another with -o DIR.";
}

void say_project(const Project& project) {
  const compile_db::Database& database = project.database;
  if (!database.path.empty()) std::cerr << "database: " << database.path << '\n';
  std::cerr << "root: " << project.root << '\n';
  if (project.outside > 0) std::cerr << project.outside << " units lie outside --root and are left out\n";
  int dropped = 0;
  for (const auto& [family, count] : database.dropped) dropped += count;
  if (dropped > 0)
    std::cerr << database.dropped.size()
              << " kinds of flags that Clang does not know were dropped (banyan-analyze doctor lists them)\n";
  if (!database.stale.empty())
    std::cerr << database.stale.size() << " of " << database.entries
              << " entries are stale: the source is gone, first " << database.stale.front().file
              << " (run cmake again)\n";
  if (!database.unsupported.empty())
    std::cerr << database.unsupported.size() << " entries are not C++ units, first "
              << database.unsupported.front().file << ": " << database.unsupported.front().reason << '\n';
  for (const std::string& header : database.missing_includes)
    std::cerr << "warning: forced include " << header
              << " does not exist yet: build once, or its generator target\n";
}

std::string first_error(const fact_store::FailedUnit& unit) {
  if (unit.errors.empty()) return "unknown";
  const facts::Diagnostic& error = unit.errors.front();
  const std::string place = error.at.file.empty() ? ""
                                                  : error.at.file + ":" + std::to_string(error.at.line) +
                                                        ":" + std::to_string(error.at.column) + ": ";
  return place + error.message;
}

void say_failed(const std::vector<fact_store::FailedUnit>& failed, bool all) {
  const std::size_t shown = all ? failed.size() : std::min(failed.size(), kListed);
  for (std::size_t i = 0; i < shown; ++i)
    std::cerr << "  failed: " << failed[i].main_file << "\n          " << first_error(failed[i]) << '\n';
  if (shown < failed.size()) std::cerr << "  ... and " << failed.size() - shown << " more (-v lists all)\n";
}

report::Coverage coverage_of(const compile_db::Database& database, const fact_store::Loaded& loaded) {
  report::Coverage out;
  out.units = static_cast<std::uint32_t>(loaded.units);
  for (const auto& unit : loaded.failed) out.failed.push_back({unit.main_file, first_error(unit)});
  for (const auto& entry : database.stale) out.dropped.push_back(entry.file + ": " + entry.reason);
  for (const auto& entry : database.unsupported) out.dropped.push_back(entry.file + ": " + entry.reason);
  return out;
}

void apply_flags(compile_db::Database& database, const Config& config) {
  if (config.flags_to_add.empty() && config.flags_to_remove.empty()) return;
  const auto& remove = config.flags_to_remove;
  for (auto& command : database.commands) {
    std::erase_if(command.arguments, [&](const std::string& argument) {
      return std::find(remove.begin(), remove.end(), argument) != remove.end();
    });
    const auto end = std::find(command.arguments.begin(), command.arguments.end(), "--");
    command.arguments.insert(end, config.flags_to_add.begin(), config.flags_to_add.end());
    std::string all = command.digest;
    for (const std::string& argument : command.arguments) all += argument + '\n';
    command.digest = llvm::toHex(fact_store::digest_bytes(all), /*LowerCase=*/true);
  }
}

struct Run {
  const Settings& settings;
  Project project;
  Config config;
  std::string database_path;
  std::vector<fact_store::Unit> units;
};

std::vector<fact_store::Unit> sample_units(Run& run) {
  auto& commands = run.project.database.commands;
  if (run.settings.sample > 0 && run.settings.sample < commands.size()) {
    std::vector<compile_db::Command> kept;
    for (const std::size_t i : spread(commands.size(), run.settings.sample))
      kept.push_back(std::move(commands[i]));
    commands = std::move(kept);
  }
  std::vector<fact_store::Unit> units;
  for (const auto& command : commands) units.push_back(unit_of(command, run.project.root));
  return units;
}

int finish(Run& run, fact_store::Store& store, std::size_t parsed) {
  const Settings& settings = run.settings;
  const bool whole = settings.sample == 0 && (settings.files.empty() || settings.has_fixed_flags);
  if (whole) store.keep_only(run.units);
  store.set_meta("root", run.project.root);
  store.set_meta("config", run.config.path);
  fact_store::Loaded loaded = store.load(run.project.root, run.units);
  store.close();
  drop_excluded(loaded.program, run.config.exclude);
  const double failed_percent = loaded.units == 0 ? 0
                                                  : 100.0 * static_cast<double>(loaded.failed.size()) /
                                                        static_cast<double>(loaded.units);
  if (!settings.quiet) {
    std::cerr << parsed << " of " << run.units.size() << " units parsed, " << run.units.size() - parsed
              << " unchanged; " << loaded.failed.size() << " with errors\n";
    say_failed(loaded.failed, settings.verbose);
  }
  const PipelineInput input{loaded.program, run.config, coverage_of(run.project.database, loaded),
                            settings.output};
  const std::vector<SeenFinding> before = findings_on_file(run.database_path);
  const PipelineResult result = run_pipeline(input);
  if (!result.error.empty()) return fail(result.error);
  fact_store::Store::compact(run.database_path);
  if (!settings.quiet) {
    for (const std::string& line : result.summary) std::cerr << line << '\n';
    for (const std::string& line : describe_vanished(before, findings_on_file(run.database_path),
                                                     loaded.failed.size(), settings.verbose))
      std::cerr << line << '\n';
    std::cerr << "written: " << settings.output << "/banyan.db contexts.json report.html router.yaml\n";
  }
  if (failed_percent <= settings.max_failed_percent) return kDone;
  std::cerr << llvm::formatv(
                   "error: {0:F1} % of the units have errors, more than --max-failed-tus {1:F1}\n"
                   "  banyan-analyze doctor --file {2} shows why\n",
                   failed_percent, settings.max_failed_percent, loaded.failed.front().main_file)
                   .str();
  return kPartial;
}

}  // namespace

int map(const Settings& settings) {
  if (const std::string problem = check_output(settings.output); !problem.empty()) return fail(problem);
  auto opened = open_project(settings);
  if (auto* problem = std::get_if<compile_db::Problem>(&opened)) return fail(problem->message);
  Run run{settings, std::move(std::get<Project>(opened)), {}, settings.output + "/banyan.db", {}};
  ConfigResult config = find_config(settings, run.project.root);
  if (!config.error.empty()) return fail(config.error);
  run.config = std::move(config.config);
  if (const std::string problem = apply_sources(settings, run.config); !problem.empty()) return fail(problem);
  apply_flags(run.project.database, run.config);
  if (!settings.quiet) say_project(run.project);
  run.units = sample_units(run);
  fact_store::Store store(run.database_path);
  const std::vector<std::size_t> wanted = store.outdated(run.units);
  Progress progress(wanted.size(), progress_style(settings.progress, settings.quiet));
  const unsigned jobs = settings.jobs != 0 ? settings.jobs : default_jobs();
  const ParseResult parsed = parse_units(run.project, wanted, jobs, store, progress);
  if (parsed.interrupted) {
    std::cerr << "interrupted: " << parsed.parsed << " of " << wanted.size()
              << " units parsed and saved; the same command goes on from there\n";
    return kInterrupted;
  }
  return finish(run, store, parsed.parsed);
}

int dump_facts(const Settings& settings) {
  auto opened = open_project(settings);
  if (auto* problem = std::get_if<compile_db::Problem>(&opened)) return fail(problem->message);
  const Project& project = std::get<Project>(opened);
  const std::string wanted = absolute_path(settings.file);
  for (const auto& command : project.database.commands) {
    if (command.file != wanted) continue;
    const facts::UnitFacts facts = facts::parse_unit(request_of(command, project.root));
    for (const auto& error : facts.errors)
      std::cerr << error.at.file << ':' << error.at.line << ": " << error.message << '\n';
    for (const auto& file : facts.files) dump(file, std::cout);
    return kDone;
  }
  return fail("error: '" + settings.file + "' is not in the database");
}

}  // namespace banyan::cli
