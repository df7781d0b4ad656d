#include "analyzer/cli/batches.hpp"
#include "analyzer/cli/dump.hpp"
#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/map_parse.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/project.hpp"
#include "analyzer/cli/sources.hpp"
#include "analyzer/cli/vanished.hpp"
#include "analyzer/cli/unchanged.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FormatVariadic.h>

#include <algorithm>
#include <iostream>

namespace banyan::cli {
namespace {

namespace fs = llvm::sys::fs;

constexpr std::size_t kListed = 5;

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
  std::size_t parsed = 0;
};

// --sample and --shard: fewer commands.
void keep_commands(Run& run, const std::vector<std::size_t>& kept) {
  std::vector<compile_db::Command> commands;
  for (const std::size_t i : kept) commands.push_back(std::move(run.project.database.commands[i]));
  run.project.database.commands = std::move(commands);
}

std::string choose_units(Run& run) {
  const std::size_t total = run.project.database.commands.size();
  if (run.settings.sample > 0 && run.settings.sample < total) keep_commands(run, spread(total, run.settings.sample));
  Shard shard;
  if (!run.settings.shard.empty()) {
    if (!parse_shard(run.settings.shard, shard))
      return "error: --shard wants K/N with 1 <= K <= N, got '" + run.settings.shard + "'\n  example: --shard 3/16";
    keep_commands(run, shard_units(run.project.database.commands.size(), shard));
  }
  for (const auto& command : run.project.database.commands) run.units.push_back(unit_of(command, run.project.root));
  return {};
}

int judge(const Run& run, const fact_store::Loaded& loaded) {
  const double failed_percent = loaded.units == 0 ? 0
                                                  : 100.0 * static_cast<double>(loaded.failed.size()) /
                                                        static_cast<double>(loaded.units);
  if (failed_percent <= run.settings.max_failed_percent) return kDone;
  std::cerr << llvm::formatv(
                   "error: {0:F1} % of the units have errors, more than --max-failed-tus {1:F1}\n"
                   "  banyan-analyze doctor --file {2} shows why\n",
                   failed_percent, run.settings.max_failed_percent, loaded.failed.front().main_file)
                   .str();
  return kPartial;
}

void say_parsed(const Run& run, const fact_store::Loaded& loaded) {
  if (run.settings.quiet) return;
  std::cerr << run.parsed << " of " << run.units.size() << " units parsed, " << run.units.size() - run.parsed
            << " unchanged; " << loaded.failed.size() << " with errors\n";
  say_failed(loaded.failed, run.settings.verbose);
}

// Only the facts; `merge` does the rest.
int finish_shard(Run& run, fact_store::Store& store) {
  const fact_store::Loaded loaded = store.coverage(run.units);
  store.close();
  fact_store::Store::compact(run.database_path);
  say_parsed(run, loaded);
  if (!run.settings.quiet)
    std::cerr << "shard " << run.settings.shard << " written: " << run.database_path
              << "\n  When all are there: banyan-analyze merge -p BUILD -o DIR SHARD...\n";
  return judge(run, loaded);
}

// Nothing that goes into evidence, contexts and report has changed, and they are as they were written.
int finish_unchanged(Run& run, fact_store::Store& store) {
  const fact_store::Loaded loaded = store.coverage(run.units);
  const bool changed = store.changed();
  store.close();
  if (changed) fact_store::Store::compact(run.database_path);
  say_parsed(run, loaded);
  if (!run.settings.quiet)
    std::cerr << "nothing changed: evidence, contexts and report in " << run.settings.output << " still hold\n";
  return judge(run, loaded);
}

void stamp(const Run& run, const std::string& inputs) {
  fact_store::Store store(run.database_path);
  store.set_meta(kAnalysisKey, analysis_stamp(inputs, run.settings.output));
}

int finish(Run& run, fact_store::Store& store) {
  const Settings& settings = run.settings;
  const bool whole = settings.sample == 0 && (settings.files.empty() || settings.has_fixed_flags);
  if (whole) store.keep_only(run.units);
  store.set_meta("root", run.project.root);
  store.set_meta("config", run.config.path);
  if (!settings.shard.empty()) return finish_shard(run, store);
  const std::string inputs = inputs_digest(store, run.project, run.config, run.units);
  const std::string stamped = store.meta(kAnalysisKey);
  if (!stamped.empty() && stamped == analysis_stamp(inputs, settings.output)) return finish_unchanged(run, store);
  store.set_meta(kAnalysisKey, "");
  fact_store::Loaded loaded = store.load(run.project.root, run.units);
  store.close();
  drop_excluded(loaded.program, run.config.exclude);
  say_parsed(run, loaded);
  const PipelineInput input{loaded.program, run.config, coverage_of(run.project.database, loaded),
                            settings.output};
  const std::vector<SeenFinding> before = findings_on_file(run.database_path);
  const PipelineResult result = run_pipeline(input);
  if (!result.error.empty()) return fail(result.error);
  stamp(run, inputs);
  fact_store::Store::compact(run.database_path);
  if (!settings.quiet) {
    for (const std::string& line : result.summary) std::cerr << line << '\n';
    for (const std::string& line : describe_vanished(before, findings_on_file(run.database_path),
                                                     loaded.failed.size(), settings.verbose))
      std::cerr << line << '\n';
    std::cerr << "written: " << settings.output << "/banyan.db contexts.json report.html router.yaml\n";
  }
  return judge(run, loaded);
}

void say_merged(const ParseResult& result) {
  std::cerr << result.merged << " of " << result.parsed << " units in a parse with others\n";
  for (const auto& [file, reason] : result.doubts) std::cerr << "  not at once: " << file << ": " << reason << '\n';
}

// False when a unit's facts depended on who shared its parse; the facts on file are then those of a parse alone.
bool verified(const Run& run, const std::vector<std::size_t>& wanted, fact_store::Store& store) {
  if (run.settings.verify == 0) return true;
  const std::vector<std::string> different = verify_units(run.project, wanted, run.settings.verify, store);
  const std::size_t count = std::min(run.settings.verify, wanted.size());
  if (different.empty()) {
    if (!run.settings.quiet) std::cerr << count << " units parsed again alone: equal facts\n";
    return true;
  }
  std::cerr << "error: " << different.size() << " of " << count << " units have other facts when parsed alone, first "
            << different.front() << "\n  Those are on file now. For all others: --no-merge into a new folder.\n";
  return false;
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
  if (const std::string problem = choose_units(run); !problem.empty()) return fail(problem);
  fact_store::Store store(run.database_path);
  const std::vector<std::size_t> wanted = store.outdated(run.units);
  Progress progress(wanted.size(), progress_style(settings.progress, settings.quiet));
  const ParseOptions options{settings.jobs, settings.no_merge ? 1 : settings.merge, settings.megabytes};
  const ParseResult parsed = parse_units(run.project, wanted, options, store, progress);
  run.parsed = parsed.parsed;
  if (parsed.interrupted) {
    std::cerr << "interrupted: " << parsed.parsed << " of " << wanted.size()
              << " units parsed and saved; the same command goes on from there\n";
    return kInterrupted;
  }
  if (settings.verbose) say_merged(parsed);
  const bool equal = verified(run, wanted, store);
  const int status = finish(run, store);
  return status == kDone && !equal ? kFindings : status;
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
