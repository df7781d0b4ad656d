// Checks of what map needs, each with ok, ! or x and the command that mends it.
#include "analyzer/cli/config.hpp"
#include "analyzer/cli/map_parse.hpp"
#include "analyzer/cli/project.hpp"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include <iostream>

namespace banyan::cli {
namespace {

enum class State { ok, warning, failed };

struct Check {
  std::string name;
  State state = State::ok;
  std::string detail;
  std::string fix;
};

Check check_headers() {
  const std::string directory = compile_db::find_resource_dir();
  if (!directory.empty()) return {"Clang's own headers", State::ok, directory, {}};
  return {"Clang's own headers", State::failed, "stddef.h and the like are missing: every unit would fail",
          "apt-get install libclang-common-19-dev"};
}

Check check_stale(const compile_db::Database& database) {
  if (database.stale.empty()) return {"sources exist", State::ok, "all", {}};
  return {"sources exist", State::warning,
          std::to_string(database.stale.size()) + " of " + std::to_string(database.entries) +
              " are gone, first " + database.stale.front().file,
          "run cmake again, or --path-map /path/there=/path/here"};
}

Check check_flags(const compile_db::Database& database) {
  std::string detail;
  for (const auto& [family, count] : database.dropped)
    detail += (detail.empty() ? "" : ", ") + family + " (" + std::to_string(count) + ")";
  if (detail.empty()) return {"flags Clang knows", State::ok, "nothing had to be dropped", {}};
  return {"flags Clang knows", State::ok, "dropped: " + detail, {}};
}

Check check_generated(const compile_db::Database& database) {
  if (database.missing_includes.empty()) return {"forced includes exist", State::ok, "all", {}};
  return {"forced includes exist", State::warning,
          std::to_string(database.missing_includes.size()) + " missing, first " +
              database.missing_includes.front(),
          "build once: cmake --build " + llvm::sys::path::parent_path(database.path).str()};
}

Check check_unsupported(const compile_db::Database& database) {
  if (database.unsupported.empty()) return {"entries are C or C++", State::ok, "all", {}};
  return {"entries are C or C++",
          State::warning,
          std::to_string(database.unsupported.size()) + " are not, first " +
              database.unsupported.front().file + ": " + database.unsupported.front().reason,
          {}};
}

// A few units, spread over the program, are enough to see whether the flags fit.
Check check_sample(const Project& project) {
  constexpr std::size_t kSample = 3;
  std::size_t failed = 0;
  std::string first;
  const auto& commands = project.database.commands;
  const auto chosen = spread(commands.size(), kSample);
  for (const std::size_t i : chosen) {
    const auto facts = facts::parse_unit(request_of(commands[i], project.root));
    if (facts.errors.empty()) continue;
    ++failed;
    if (first.empty()) first = commands[i].file;
  }
  const std::string detail =
      std::to_string(chosen.size() - failed) + " of " + std::to_string(chosen.size()) + " sample units parse";
  if (failed == 0) return {"units parse", State::ok, detail, {}};
  return {"units parse", failed == chosen.size() ? State::failed : State::warning, detail,
          "banyan-analyze doctor --file " + first};
}

Check check_git(const Project& project) {
  const std::string git = find_upwards(project.root, ".git");
  if (!git.empty()) return {"git history", State::ok, git, {}};
  return {"git history", State::warning, "none: co-change will not be used",
          "analyze a clone instead of an export"};
}

Check check_output(const Settings& settings) {
  const std::string folder = absolute_path(settings.output);
  std::string existing = folder;
  while (!llvm::sys::fs::exists(existing)) existing = llvm::sys::path::parent_path(existing).str();
  if (!llvm::sys::fs::access(existing, llvm::sys::fs::AccessMode::Write))
    return {"output folder", State::ok, folder, {}};
  return {"output folder", State::failed, folder + " cannot be written", "banyan-analyze map -o DIR"};
}

Check check_memory() {
  return {
      "parallel units", State::ok, std::to_string(jobs_of({})) + " (cores, as far as memory allows)", {}};
}

std::vector<Check> run_checks(const Settings& settings) {
  std::vector<Check> checks{check_headers()};
  auto opened = open_project(settings);
  if (const auto* problem = std::get_if<compile_db::Problem>(&opened)) {
    checks.push_back({"compile database", State::failed, problem->message,
                      "cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON"});
    return checks;
  }
  const Project& project = std::get<Project>(opened);
  const auto& database = project.database;
  checks.push_back({"compile database",
                    State::ok,
                    (database.path.empty() ? "fixed flags" : database.path) + ", " +
                        std::to_string(database.commands.size()) + " units, " +
                        std::to_string(database.duplicates) + " duplicates",
                    {}});
  checks.push_back({"source root", State::ok, project.root, {}});
  const std::string config =
      settings.config.empty() ? find_upwards(project.root, "banyan.yaml") : settings.config;
  if (!config.empty()) {
    const std::string path = settings.config.empty() ? config + "/banyan.yaml" : config;
    const ConfigResult result = read_config(path);
    checks.push_back({"configuration",
                      result.error.empty() ? State::ok : State::failed,
                      result.error.empty() ? path : result.error,
                      {}});
  }
  for (Check& check :
       std::vector<Check>{check_stale(database), check_flags(database), check_generated(database),
                          check_unsupported(database), check_sample(project), check_git(project),
                          check_memory(), check_output(settings)})
    checks.push_back(std::move(check));
  return checks;
}

void print_json(const std::vector<Check>& checks) {
  llvm::json::Array array;
  for (const Check& check : checks) {
    array.push_back(llvm::json::Object{{"check", check.name},
                                       {"state", check.state == State::ok        ? "ok"
                                                 : check.state == State::warning ? "warning"
                                                                                 : "failed"},
                                       {"detail", check.detail},
                                       {"fix", check.fix}});
  }
  std::string text;
  llvm::raw_string_ostream(text) << llvm::formatv("{0:2}", llvm::json::Value(std::move(array)));
  std::cout << text << '\n';
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : " ") + w;
  return out;
}

std::string likely_fix(const facts::Diagnostic& error) {
  const llvm::StringRef message(error.message);
  if (message.contains("file not found"))
    return "the header is generated (build once), or its package is not installed, or a flag with -I is "
           "missing (--extra-arg=-I...)";
  if (message.contains("unknown argument") || message.contains("unsupported option"))
    return "a flag of another compiler: compile_flags: {remove: [...]} in banyan.yaml";
  if (message.contains("unknown type name") || message.contains("no template named"))
    return "often the first of many: look for a missing header above it, or an older -std than the code "
           "needs";
  return "compile the unit with clang++ to see all errors: the final command is above";
}

int show_file(const Settings& settings, const Project& project) {
  const std::string wanted = absolute_path(settings.file);
  for (const auto& command : project.database.commands) {
    if (command.file != wanted) continue;
    const facts::ParseRequest request = request_of(command, project.root);
    const facts::Invocation invocation = facts::describe_invocation(request);
    const facts::UnitFacts facts = facts::parse_unit(request);
    std::cout << "file:      " << command.file << "\ndirectory: " << command.directory
              << "\noriginal:  " << joined(command.original) << "\ndropped:   " << joined(command.dropped)
              << "\nfinal:     " << joined(command.arguments) << "\ntarget:    " << invocation.target
              << "\nsearched for headers:\n";
    for (const std::string& directory : invocation.include_dirs) std::cout << "  " << directory << '\n';
    if (facts.errors.empty()) {
      std::cout << "result:    ok, " << facts.files.size() << " files of the project, "
                << facts.files_read.size() << " read\n";
      return kDone;
    }
    const facts::Diagnostic& first = facts.errors.front();
    std::cout << "result:    x  " << facts.errors.size() << " errors, first:\n  " << first.at.file << ':'
              << first.at.line << ':' << first.at.column << ": " << first.message
              << "\nlikely fix: " << likely_fix(first) << '\n';
    return kFindings;
  }
  std::cerr << "error: '" << settings.file << "' is not in " << project.database.path
            << "\n  Flags are never guessed; headers are seen through the sources that include them.\n";
  return kUsage;
}

}  // namespace

int doctor(const Settings& settings) {
  if (!settings.file.empty()) {
    auto opened = open_project(settings);
    if (const auto* problem = std::get_if<compile_db::Problem>(&opened)) {
      std::cerr << problem->message << '\n';
      return kUsage;
    }
    return show_file(settings, std::get<Project>(opened));
  }
  const std::vector<Check> checks = run_checks(settings);
  bool failed = false;
  for (const Check& check : checks) failed = failed || check.state == State::failed;
  if (settings.json) {
    print_json(checks);
    return failed ? kFindings : kDone;
  }
  for (const Check& check : checks) {
    std::cout << (check.state == State::ok        ? "ok  "
                  : check.state == State::warning ? "!   "
                                                  : "x   ")
              << check.name << ": " << check.detail << '\n';
    if (!check.fix.empty() && check.state != State::ok) std::cout << "      fix: " << check.fix << '\n';
  }
  return failed ? kFindings : kDone;
}

}  // namespace banyan::cli
