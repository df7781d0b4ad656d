#include "analyzer/compile_db/entries.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/Allocator.h>
#include <llvm/Support/BLAKE3.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/StringSaver.h>

#include <algorithm>
#include <tuple>

namespace banyan::compile_db {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

constexpr int kMaxResponseDepth = 8;

// What GCC accepts and Clang would reject by default, although the meaning is clear.
constexpr const char* kTolerance[] = {"-Wno-enum-constexpr-conversion",
                                      "-Wno-c++11-narrowing",
                                      "-Wno-reserved-user-defined-literal",
                                      "-Wno-register",
                                      "-Wno-invalid-constexpr",
                                      "-Wno-missing-template-arg-list-after-template-kw",
                                      "-Wno-incompatible-function-pointer-types",
                                      "-Wno-int-conversion",
                                      "-Wno-implicit-function-declaration",
                                      "-Wno-implicit-int"};

bool is_assembler(llvm::StringRef source) {
  return llvm::StringSwitch<bool>(path::extension(source))
      .Cases(".s", ".S", ".asm", ".sx", true)
      .Default(false);
}

std::string digest_of(const Command& command) {
  llvm::BLAKE3 hash;
  const llvm::StringRef end("\0", 1);
  for (llvm::StringRef part : {llvm::StringRef(command.directory), llvm::StringRef(command.file)}) {
    hash.update(part);
    hash.update(end);
  }
  for (const std::string& argument : command.arguments) {
    hash.update(argument);
    hash.update(end);
  }
  return llvm::toHex(hash.final<16>(), /*LowerCase=*/true);
}

void replace_prefix(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    const std::size_t after = at + from.size();
    const bool whole = after == text.size() || text[after] == '/';
    const bool inside_path = at > 0 && (text[at - 1] == '/' || text[at - 1] == '.');
    if (!whole || inside_path) {
      at += from.size();
      continue;
    }
    text.replace(at, from.size(), to);
  }
}

std::vector<std::string> read_response_file(const std::string& name, bool& ok) {
  const auto buffer = llvm::MemoryBuffer::getFile(name);
  ok = static_cast<bool>(buffer);
  return ok ? split_command(buffer.get()->getBuffer().str()) : std::vector<std::string>{};
}

}  // namespace

std::vector<std::string> split_command(const std::string& command) {
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  llvm::SmallVector<const char*, 64> arguments;
  llvm::cl::TokenizeGNUCommandLine(command, saver, arguments);
  return {arguments.begin(), arguments.end()};
}

void expand_response_files(Entry& entry) {
  for (int depth = 0; depth < kMaxResponseDepth; ++depth) {
    bool changed = false;
    std::vector<std::string> expanded;
    for (const std::string& argument : entry.arguments) {
      bool ok = false;
      if (argument.size() > 1 && argument[0] == '@') {
        llvm::SmallString<256> name(llvm::StringRef(argument).drop_front());
        fs::make_absolute(entry.directory, name);
        const auto inner = read_response_file(std::string(name), ok);
        expanded.insert(expanded.end(), inner.begin(), inner.end());
      }
      if (!ok) expanded.push_back(argument);
      changed = changed || ok;
    }
    entry.arguments = std::move(expanded);
    if (!changed) return;
  }
}

Builder::Builder(const Options& options)
    : options_(options),
      resource_dir_(options.resource_dir.empty() ? find_resource_dir() : options.resource_dir) {}

std::string Builder::absolute(const std::string& directory, const std::string& name) const {
  llvm::SmallString<256> out(name);
  fs::make_absolute(directory, out);
  path::remove_dots(out, true);
  return std::string(out);
}

void Builder::map_paths(Entry& entry) const {
  for (const auto& [from, to] : options_.path_map) {
    replace_prefix(entry.directory, from, to);
    replace_prefix(entry.file, from, to);
    for (std::string& argument : entry.arguments) replace_prefix(argument, from, to);
  }
}

void Builder::add(Entry entry) {
  ++database_.entries;
  map_paths(entry);
  entry.directory = absolute(options_.working_directory, entry.directory);
  expand_response_files(entry);
  const Adjusted adjusted = adjust(entry.arguments, entry.file);
  if (adjusted.module_map) {
    database_.unsupported.push_back(
        {absolute(entry.directory, entry.file), "C++20 modules of GCC (-fmodule-mapper)"});
    return;
  }
  std::vector<std::string> sources = adjusted.sources;
  if (sources.empty() && !entry.file.empty()) sources.push_back(entry.file);
  if (sources.size() > 1) ++database_.split;
  std::set<std::string> families;
  for (const std::string& flag : adjusted.dropped) families.insert(flag_family(flag));
  for (const std::string& family : families) ++database_.dropped[family];
  for (const std::string& source : sources) add_source(entry, adjusted, source);
}

void Builder::add_source(const Entry& entry, const Adjusted& adjusted, const std::string& source) {
  Command command;
  command.directory = entry.directory;
  command.file = absolute(entry.directory, source);
  if (is_assembler(source)) {
    database_.unsupported.push_back({command.file, "assembler"});
    return;
  }
  if (!fs::exists(command.file)) {
    database_.stale.push_back({command.file, "the source is gone"});
    return;
  }
  command.original = entry.arguments;
  command.dropped = adjusted.dropped;
  command.arguments.push_back(adjusted.driver.empty() ? "c++" : adjusted.driver);
  for (std::string& flag : driver_flags(adjusted.driver)) command.arguments.push_back(std::move(flag));
  command.arguments.insert(command.arguments.end(), options_.extra_args_before.begin(),
                           options_.extra_args_before.end());
  command.arguments.insert(command.arguments.end(), adjusted.flags.begin(), adjusted.flags.end());
  command.arguments.insert(command.arguments.end(), options_.extra_args.begin(), options_.extra_args.end());
  command.arguments.emplace_back("-w");
  command.arguments.insert(command.arguments.end(), std::begin(kTolerance), std::end(kTolerance));
  if (!resource_dir_.empty()) command.arguments.push_back("-resource-dir=" + resource_dir_);
  command.arguments.emplace_back("-fsyntax-only");
  command.arguments.emplace_back("--");
  command.arguments.push_back(command.file);
  command.digest = digest_of(command);
  if (!seen_.insert(command.digest).second) {
    ++database_.duplicates;
    return;
  }
  for (const std::string& name : adjusted.forced_includes) {
    const std::string header = absolute(entry.directory, name);
    if (!fs::exists(header) && llvm::StringRef(name).contains('/')) missing_includes_.insert(header);
  }
  database_.commands.push_back(std::move(command));
}

Database Builder::finish() {
  const auto by_file = [](const Command& a, const Command& b) {
    return std::tie(a.file, a.digest) < std::tie(b.file, b.digest);
  };
  const auto by_name = [](const Unusable& a, const Unusable& b) {
    return std::tie(a.file, a.reason) < std::tie(b.file, b.reason);
  };
  std::sort(database_.commands.begin(), database_.commands.end(), by_file);
  std::sort(database_.stale.begin(), database_.stale.end(), by_name);
  std::sort(database_.unsupported.begin(), database_.unsupported.end(), by_name);
  database_.missing_includes.assign(missing_includes_.begin(), missing_includes_.end());
  return std::move(database_);
}

}  // namespace banyan::compile_db
