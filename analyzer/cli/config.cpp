#include "analyzer/cli/config.hpp"

#include "analyzer/cli/config_rules.hpp"
#include "analyzer/cli/nearest.hpp"
#include "analyzer/cli/truth.hpp"
#include "analyzer/fact_store/file_digests.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/YAMLTraits.h>
#include <llvm/Support/raw_ostream.h>

namespace banyan::cli {

struct CompileFlags {
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

struct ContextsPart {
  std::uint64_t seed = 20240229;
  std::string tier = "t2";
  std::vector<std::vector<std::string>> must_link;
  std::vector<std::vector<std::string>> cannot_link;
  std::vector<contexts::NamedFiles> seeds;
  std::string names_from;
};

struct Document {
  int version = 1;
  std::vector<std::string> exclude;
  CompileFlags flags;
  std::vector<std::string> sql_files;
  std::vector<evidence::RoutePattern> routes;
  std::vector<std::string> access_logs;
  ContextsPart contexts;
  RulesPart rules;
};

}  // namespace banyan::cli

LLVM_YAML_IS_SEQUENCE_VECTOR(std::vector<std::string>)
LLVM_YAML_IS_SEQUENCE_VECTOR(banyan::evidence::RoutePattern)
LLVM_YAML_IS_SEQUENCE_VECTOR(banyan::contexts::NamedFiles)

namespace llvm::yaml {

template <>
struct MappingTraits<banyan::cli::CompileFlags> {
  static void mapping(IO& io, banyan::cli::CompileFlags& flags) {
    io.mapOptional("add", flags.add);
    io.mapOptional("remove", flags.remove);
  }
};

template <>
struct MappingTraits<banyan::evidence::RoutePattern> {
  static void mapping(IO& io, banyan::evidence::RoutePattern& pattern) {
    io.mapRequired("callee", pattern.callee);
    io.mapOptional("method_argument", pattern.method_argument);
    io.mapOptional("method", pattern.method);
    io.mapOptional("path_argument", pattern.path_argument);
    io.mapOptional("prefix", pattern.prefix);
  }
};

template <>
struct MappingTraits<banyan::contexts::NamedFiles> {
  static void mapping(IO& io, banyan::contexts::NamedFiles& seed) {
    io.mapRequired("name", seed.name);
    io.mapRequired("files", seed.files);
  }
};

template <>
struct MappingTraits<banyan::cli::ContextsPart> {
  static void mapping(IO& io, banyan::cli::ContextsPart& part) {
    io.mapOptional("seed", part.seed);
    io.mapOptional("tier", part.tier);
    io.mapOptional("must_link", part.must_link);
    io.mapOptional("cannot_link", part.cannot_link);
    io.mapOptional("seeds", part.seeds);
    io.mapOptional("names_from", part.names_from);
  }
  static std::string validate(IO&, banyan::cli::ContextsPart& part) {
    if (part.tier != "t0" && part.tier != "t1" && part.tier != "t2") return "tier must be t0, t1 or t2";
    for (const auto& pair : part.cannot_link) {
      if (pair.size() != 2) return "each cannot_link entry needs exactly two files or folders";
    }
    return {};
  }
};

template <>
struct MappingTraits<banyan::cli::Document> {
  static void mapping(IO& io, banyan::cli::Document& document) {
    io.mapOptional("version", document.version);
    io.mapOptional("exclude", document.exclude);
    io.mapOptional("compile_flags", document.flags);
    io.mapOptional("sql_files", document.sql_files);
    io.mapOptional("routes", document.routes);
    io.mapOptional("access_logs", document.access_logs);
    io.mapOptional("contexts", document.contexts);
    io.mapOptional("rules", document.rules);
  }
  static std::string validate(IO&, banyan::cli::Document& document) {
    return document.version == 1 ? std::string() : "version must be 1";
  }
};

}  // namespace llvm::yaml

namespace banyan::cli {
namespace {

const std::vector<std::string>& known_keys() {
  static const std::vector<std::string> keys{
      "version",   "exclude",     "compile_flags",   "sql_files", "routes",        "contexts", "add",
      "remove",    "callee",      "method_argument", "method",    "path_argument", "seed",     "tier",
      "must_link", "cannot_link", "seeds",           "name",      "files",           "names_from",
      "access_logs", "prefix"};
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out = keys;
    out.insert(out.end(), rule_keys().begin(), rule_keys().end());
    return out;
  }();
  return all;
}

struct Messages {
  std::string path;
  std::string text;
};

// "banyan.yaml:4:3: error: unknown key 'exclud'", the line, a caret, and the nearest key.
void collect(const llvm::SMDiagnostic& diagnostic, void* context) {
  auto& messages = *static_cast<Messages*>(context);
  llvm::raw_string_ostream out(messages.text);
  if (!messages.text.empty()) out << '\n';
  out << messages.path << ':' << diagnostic.getLineNo() << ':' << diagnostic.getColumnNo() + 1
      << ": error: " << diagnostic.getMessage();
  if (!diagnostic.getLineContents().empty()) {
    out << "\n    " << diagnostic.getLineContents() << "\n    "
        << std::string(static_cast<std::size_t>(std::max(0, diagnostic.getColumnNo())), ' ') << '^';
  }
  const llvm::StringRef message = diagnostic.getMessage();
  if (!message.contains("unknown key")) return;
  const std::string word = message.split('\'').second.split('\'').first.str();
  const std::string near = nearest(word, known_keys());
  if (!near.empty()) out << " did you mean '" << near << "'?";
}

Config convert(Document document) {
  Config config;
  config.exclude = std::move(document.exclude);
  config.flags_to_add = std::move(document.flags.add);
  config.flags_to_remove = std::move(document.flags.remove);
  config.sql_files = std::move(document.sql_files);
  config.routes = std::move(document.routes);
  config.access_logs = std::move(document.access_logs);
  config.seed = document.contexts.seed;
  config.tier = document.contexts.tier;
  config.hints.must_link = std::move(document.contexts.must_link);
  for (auto& pair : document.contexts.cannot_link) config.hints.cannot_link.emplace_back(pair[0], pair[1]);
  config.hints.seeds = std::move(document.contexts.seeds);
  config.names_from = std::move(document.contexts.names_from);
  config.rules = convert(std::move(document.rules));
  return config;
}

}  // namespace

ConfigResult parse_config(const std::string& path, const std::string& text) {
  Messages messages{path, {}};
  Document document;
  llvm::yaml::Input input(text, nullptr, collect, &messages);
  input >> document;
  ConfigResult result;
  if (input.error()) {
    result.error = messages.text.empty() ? path + ":1:1: error: not valid YAML" : messages.text;
    return result;
  }
  result.config = convert(std::move(document));
  result.config.path = path;
  for (std::string& log : result.config.access_logs) {
    llvm::SmallString<256> full(log);
    llvm::sys::fs::make_absolute(llvm::sys::path::parent_path(path), full);
    log = std::string(full);
  }
  result.config.digest = fact_store::digest_bytes(text);
  return result;
}

namespace {

// The groups of an agreed division, as contexts of an earlier run; relative to the configuration's folder.
std::string read_names(Config& config) {
  llvm::SmallString<256> file(config.names_from);
  llvm::sys::fs::make_absolute(llvm::sys::path::parent_path(config.path), file);
  const auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer)
    return config.path + ":1:1: error: cannot read names_from '" + config.names_from +
           "': " + buffer.getError().message() + "\n  It wants the contexts.json of an earlier run.";
  const TruthResult read = parse_truth(std::string(file), buffer.get()->getBuffer().str());
  if (!read.error.empty()) return read.error;
  for (const std::string& name : read.truth.groups) config.hints.previous.push_back({name, {}});
  for (const auto& [entry, group] : read.truth.group_of) config.hints.previous[group].files.push_back(entry);
  return {};
}

}  // namespace

ConfigResult read_config(const std::string& path) {
  const auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) return {{}, "error: cannot read " + path + ": " + buffer.getError().message()};
  ConfigResult result = parse_config(path, buffer.get()->getBuffer().str());
  if (result.error.empty() && !result.config.names_from.empty()) result.error = read_names(result.config);
  return result;
}

}  // namespace banyan::cli
