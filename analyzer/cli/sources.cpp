#include "analyzer/cli/sources.hpp"

#include "analyzer/cli/nearest.hpp"
#include "analyzer/cli/project.hpp"
#include "analyzer/fact_store/file_digests.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Program.h>

#include <algorithm>
#include <optional>

namespace banyan::cli {
namespace {

namespace fs = llvm::sys::fs;

constexpr const char* kMostCommits = "--max-count=5000";

struct Ran {
  int status = -1;
  std::string out;
  std::string error;  // its first line
};

std::string content(const std::string& path) {
  const auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? buffer.get()->getBuffer().str() : std::string();
}

Ran run(const std::string& program, const std::vector<llvm::StringRef>& arguments) {
  llvm::SmallString<128> out, error;
  Ran result;
  if (fs::createTemporaryFile("banyan", "out", out) || fs::createTemporaryFile("banyan", "err", error)) return result;
  const llvm::FileRemover remove_out(out), remove_error(error);
  const std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), llvm::StringRef(out),
                                                      llvm::StringRef(error)};
  result.status = llvm::sys::ExecuteAndWait(program, arguments, std::nullopt, redirects);
  result.out = content(std::string(out));
  result.error = llvm::StringRef(content(std::string(error))).split('\n').first.str();
  return result;
}

std::string unknown_source(const std::string& name) {
  std::string message = "error: --without does not know '" + name + "'";
  if (const std::string near = nearest(name, evidence::source_names()); !near.empty())
    message += "\n  did you mean '" + near + "'?";
  message += "\n  It knows " + llvm::join(evidence::source_names(), ", ");
  return message;
}

std::string unreadable(const std::string& path, const std::string& why) {
  return "error: cannot read the access log " + path + ": " + why +
         "\n  It is the file that access_log names in router.yaml.";
}

}  // namespace

std::string apply_sources(const Settings& settings, Config& config) {
  for (const std::string& list : settings.without) {
    llvm::SmallVector<llvm::StringRef, 8> names;
    llvm::StringRef(list).split(names, ',', -1, /*KeepEmpty=*/false);
    for (const llvm::StringRef part : names) {
      const std::string name = part.trim().str();
      const auto& known = evidence::source_names();
      if (std::find(known.begin(), known.end(), name) == known.end()) return unknown_source(name);
      config.without.insert(name);
    }
  }
  for (const std::string& log : settings.access_logs) config.access_logs.push_back(absolute_path(log));
  std::string all = config.digest;
  for (const std::string& name : config.without) all += "without " + name + '\n';
  for (const std::string& log : config.access_logs) {
    if (fs::is_directory(log)) return unreadable(log, "it is a folder");
    const auto buffer = llvm::MemoryBuffer::getFile(log);
    if (!buffer) return unreadable(log, buffer.getError().message());
    all += log + '\n' + fact_store::digest_bytes(buffer.get()->getBuffer()) + '\n';
  }
  config.digest = fact_store::digest_bytes(all);
  return {};
}

std::string git_state(const std::string& root) {
  const auto git = llvm::sys::findProgramByName("git");
  if (!git) return "no git";
  return run(*git, {"git", "-C", root, "rev-parse", "HEAD", "--is-shallow-repository"}).out;
}

GitHistory git_history(const std::string& root) {
  const auto git = llvm::sys::findProgramByName("git");
  if (!git) return {{}, "git is not installed"};
  const Ran log = run(*git, {"git", "-C", root, "--no-pager", "-c", "log.showSignature=false", "log", kMostCommits,
                             "--numstat", "-z", "-M", "-l1000", "--no-merges", "--no-color", "--no-ext-diff",
                             "--no-textconv", "--relative", "--format=%x01%H", "HEAD", "--", "."});
  if (log.status != 0) return {{}, "no history: " + (log.error.empty() ? "git failed" : log.error)};
  if (log.out.empty()) return {{}, "no commit touches the program"};
  const Ran shallow = run(*git, {"git", "-C", root, "rev-parse", "--is-shallow-repository"});
  const bool cut = llvm::StringRef(shallow.out).trim() == "true";
  return {log.out, cut ? "a shallow clone: only the newest commits are here" : ""};
}

}  // namespace banyan::cli
