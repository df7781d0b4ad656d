// Where the compile database is, and what to say when it is not.
#include "analyzer/compile_db/compile_db.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <algorithm>

namespace banyan::compile_db {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

constexpr const char* kName = "compile_commands.json";

std::string joined(llvm::StringRef directory, llvm::StringRef name) {
  llvm::SmallString<256> out(directory);
  path::append(out, name);
  path::remove_dots(out, true);
  return std::string(out);
}

bool is_build_folder(llvm::StringRef name) {
  return name.starts_with("build") || name.starts_with("cmake-build-") || name == "_build" || name == "Build";
}

void add_children(const std::string& directory, bool every, std::vector<std::string>& found) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    const llvm::StringRef name = path::filename(entry->path());
    if (!every && !is_build_folder(name)) continue;
    const std::string candidate = joined(entry->path(), kName);
    if (fs::exists(candidate)) found.push_back(candidate);
    if (!every) add_children(entry->path(), true, found);  // build/release/compile_commands.json
  }
}

Problem missing() {
  return {
      "error: no compile_commands.json found\n"
      "  looked in: . , build* , build*/* , out/* , cmake-build-*  (and parents of .)\n"
      "  This file tells the analyzer how each source is compiled. Get one with:\n"
      "    CMake   cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON\n"
      "    Meson   meson setup build               (writes build/compile_commands.json)\n"
      "    Make    make clean && bear -- make      (Debian: apt install bear)\n"
      "  or pass files and flags yourself:  banyan-analyze map src/a.cpp -- -std=c++20 -Iinclude"};
}

Problem ambiguous(const std::vector<std::string>& found) {
  std::string message = "error: several compile databases found; say which with -p";
  for (const std::string& candidate : found) message += "\n    -p " + path::parent_path(candidate).str();
  return {message};
}

Result<std::string> given(const Options& options) {
  llvm::SmallString<256> wanted(options.build_path);
  fs::make_absolute(options.working_directory, wanted);
  path::remove_dots(wanted, true);
  if (fs::is_regular_file(wanted)) return std::string(wanted);
  const std::string inside = joined(wanted, kName);
  if (fs::exists(inside)) return inside;
  const bool directory = fs::is_directory(wanted);
  return Problem{
      "error: no compile_commands.json in '" + options.build_path + "'\n  " +
      (directory
           ? "The folder exists but holds no database. With CMake: cmake "
             "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON " +
                 options.build_path
           : std::string("There is no such file or folder. -p takes the build folder or the file itself."))};
}

}  // namespace

Result<std::string> find_database(const Options& options) {
  if (!options.build_path.empty()) return given(options);
  std::vector<std::string> found;
  for (llvm::StringRef directory = options.working_directory; !directory.empty();
       directory = path::parent_path(directory)) {
    const std::string candidate = joined(directory, kName);
    if (fs::exists(candidate)) return candidate;
  }
  add_children(options.working_directory, false, found);
  add_children(joined(options.working_directory, "out"), true, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.empty()) return missing();
  if (found.size() > 1) return ambiguous(found);
  return found.front();
}

std::string find_resource_dir() {
  llvm::SmallString<256> beside(fs::getMainExecutable(nullptr, nullptr));
  path::remove_filename(beside);
  path::append(beside, "..", "lib", "clang", BANYAN_LLVM_MAJOR);
  path::remove_dots(beside, true);
  const std::string candidates[] = {BANYAN_RESOURCE_DIR, std::string(beside),
                                    "/usr/lib/llvm-" BANYAN_LLVM_MAJOR "/lib/clang/" BANYAN_LLVM_MAJOR,
                                    "/usr/lib/clang/" BANYAN_LLVM_MAJOR};
  for (const std::string& candidate : candidates) {
    if (fs::exists(joined(candidate, "include/stddef.h"))) return candidate;
  }
  return {};
}

std::optional<std::pair<std::string, std::string>> parse_path_map(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

}  // namespace banyan::compile_db
