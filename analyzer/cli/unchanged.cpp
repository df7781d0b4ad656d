#include "analyzer/cli/unchanged.hpp"

#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/sources.hpp"
#include "analyzer/fact_store/file_digests.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/MemoryBuffer.h>

namespace banyan::cli {
namespace {

constexpr const char* kOutputs[] = {"contexts.json", "report.html", "router.yaml", "banyan.snapshot"};

std::string content(const std::string& path) {
  const auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? buffer.get()->getBuffer().str() : std::string();
}

std::string digest(const std::string& bytes) {
  return llvm::toHex(fact_store::digest_bytes(bytes), /*LowerCase=*/true);
}

// The version that counts while the program is being changed: its own bytes.
const std::string& program_digest() {
  static const std::string value = digest(content("/proc/self/exe"));
  return value;
}

}  // namespace

std::string inputs_digest(fact_store::Store& store, const Project& project, const Config& config,
                          const std::vector<fact_store::Unit>& units) {
  std::string all = program_digest() + '\n' + project.root + '\n' + store.digest(units) + '\n';
  all += config.path + '\n' + digest(config.digest) + '\n';
  for (const auto& entry : project.database.stale) all += "stale " + entry.file + ": " + entry.reason + '\n';
  for (const auto& entry : project.database.unsupported) all += "unit " + entry.file + ": " + entry.reason + '\n';
  all += git_state(project.root) + '\n';
  for (const auto& named : config.hints.previous) {
    all += "named " + named.name + '\n';
    for (const std::string& file : named.files) all += "  " + file + '\n';
  }
  for (const auto& file : sql_files(project.root, config)) all += file.path + ' ' + digest(file.text) + '\n';
  return digest(all);
}

std::string analysis_stamp(const std::string& inputs, const std::string& output_folder) {
  std::string out = inputs;
  for (const char* name : kOutputs) {
    const std::string bytes = content(output_folder + "/" + name);
    if (bytes.empty()) return {};
    out += ' ' + digest(bytes);
  }
  return out;
}

}  // namespace banyan::cli
