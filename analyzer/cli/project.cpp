#include "analyzer/cli/project.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <algorithm>

namespace banyan::cli {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

std::string find_root(const Settings& settings, const compile_db::Database& database) {
  if (!settings.root.empty()) return absolute_path(settings.root);
  const std::string build = path::parent_path(database.path).str();
  std::vector<std::string> sources;
  for (const auto& command : database.commands) {
    const llvm::StringRef file(command.file);
    const bool generated = !build.empty() && file.starts_with(build + "/") && path::filename(build) != "src";
    if (!generated) sources.push_back(command.file);
  }
  if (sources.empty()) {
    for (const auto& command : database.commands) sources.push_back(command.file);
  }
  const std::string common = common_ancestor(sources);
  const std::string git = find_upwards(common, ".git");
  return git.empty() ? common : git;
}

// `map a.cpp b.cpp` with a database: only these.
std::string keep_named(compile_db::Database& database, const std::vector<std::string>& files) {
  std::vector<compile_db::Command> kept;
  for (const std::string& file : files) {
    const std::string wanted = absolute_path(file);
    const std::size_t before = kept.size();
    for (const auto& command : database.commands) {
      if (command.file == wanted) kept.push_back(command);
    }
    if (kept.size() == before) return file;
  }
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.digest < b.digest; });
  std::stable_sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.file < b.file; });
  database.commands = std::move(kept);
  return {};
}

bool holds(llvm::StringRef root, llvm::StringRef file) {
  return root == "/" || (file.consume_front(root) && file.starts_with("/"));
}

// A root that was asked for is the program: what lies outside it belongs to somebody else.
std::string keep_inside(Project& project) {
  auto& commands = project.database.commands;
  const std::size_t before = commands.size();
  const std::string first = commands.front().file;
  std::erase_if(commands, [&](const auto& command) { return !holds(project.root, command.file); });
  project.outside = before - commands.size();
  if (!commands.empty()) return {};
  return "error: none of the " + std::to_string(before) + " units lies under --root " + project.root +
         "\n  the first one is " + first + "\n  A database from a container needs --path-map A=B.";
}

}  // namespace

ConfigResult find_config(const Settings& settings, const std::string& root) {
  if (settings.no_config) return {};
  if (!settings.config.empty()) return read_config(settings.config);
  for (const std::string& start : {root, working_directory()}) {
    const std::string folder = find_upwards(start, "banyan.yaml");
    if (!folder.empty()) return read_config(folder + "/banyan.yaml");
  }
  return {};
}

std::string check_output(const std::string& folder) {
  const auto created = fs::create_directories(folder);
  const auto access = created ? created : fs::access(folder, fs::AccessMode::Write);
  if (!access) return {};
  return "error: cannot write into the output folder '" + folder + "': " + access.message() +
         "\n  Choose another with -o DIR.";
}

std::string working_directory() {
  llvm::SmallString<256> out;
  fs::current_path(out);
  return std::string(out);
}

std::string absolute_path(const std::string& name) {
  llvm::SmallString<256> out(name);
  fs::make_absolute(out);
  path::remove_dots(out, true);
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  return std::string(out);
}

std::string find_upwards(std::string directory, const std::string& name) {
  while (!directory.empty()) {
    llvm::SmallString<256> candidate(directory);
    path::append(candidate, name);
    if (fs::exists(candidate)) return directory;
    directory = path::parent_path(directory).str();
  }
  return {};
}

std::string common_ancestor(const std::vector<std::string>& files) {
  if (files.empty()) return working_directory();
  std::string common = path::parent_path(files.front()).str();
  for (const std::string& file : files) {
    while (common.size() > 1 && !llvm::StringRef(file).starts_with(common + "/"))
      common = path::parent_path(common).str();
  }
  return common;
}

compile_db::Options database_options(const Settings& settings) {
  compile_db::Options options;
  options.build_path = settings.build_path;
  options.working_directory = working_directory();
  options.extra_args = settings.extra_args;
  options.extra_args_before = settings.extra_args_before;
  for (const std::string& text : settings.path_map) {
    if (auto pair = compile_db::parse_path_map(text)) options.path_map.push_back(std::move(*pair));
  }
  return options;
}

std::variant<Project, compile_db::Problem> open_project(const Settings& settings) {
  using compile_db::Database;
  using compile_db::Problem;
  for (const std::string& text : settings.path_map) {
    if (!compile_db::parse_path_map(text))
      return Problem{"error: --path-map wants A=B, got '" + text +
                     "'\n  example: --path-map /workspace=" + working_directory()};
  }
  const compile_db::Options options = database_options(settings);
  compile_db::Result<Database> loaded = Problem{};
  if (settings.has_fixed_flags) {
    loaded = compile_db::fixed_database(settings.files, settings.fixed_flags, options);
  } else {
    auto found = compile_db::find_database(options);
    if (auto* problem = std::get_if<Problem>(&found)) return *problem;
    loaded = compile_db::load_database(std::get<std::string>(found), options);
  }
  if (auto* problem = std::get_if<Problem>(&loaded)) return *problem;
  Project project{std::move(std::get<Database>(loaded)), {}, 0};
  if (project.database.commands.empty())
    return Problem{"error: the database has no command that can be used"};
  project.root = find_root(settings, project.database);
  if (!settings.has_fixed_flags && !settings.files.empty()) {
    const std::string missing = keep_named(project.database, settings.files);
    if (!missing.empty())
      return Problem{"error: '" + missing + "' is not in " + project.database.path +
                     "\n  Flags are never guessed. Give them: banyan-analyze map " + missing + " -- FLAGS"};
  }
  if (!settings.root.empty()) {
    if (const std::string problem = keep_inside(project); !problem.empty()) return Problem{problem};
  }
  return project;
}

fact_store::Unit unit_of(const compile_db::Command& command, const std::string& root) {
  llvm::StringRef relative(command.file);
  const bool inside = holds(root, relative);
  if (inside) relative = relative.substr(root == "/" ? 1 : root.size() + 1);
  return {command.file, inside ? relative.str() : command.file, command.digest};
}

facts::ParseRequest request_of(const compile_db::Command& command, const std::string& root) {
  return {command.directory, command.file, command.arguments, root};
}

}  // namespace banyan::cli
