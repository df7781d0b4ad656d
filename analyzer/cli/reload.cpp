#include "analyzer/cli/reload.hpp"

#include "analyzer/cli/no_results.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/project.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>

namespace banyan::cli {
namespace {

std::vector<std::string> changed_since(const facts::Program& program) {
  std::vector<std::string> out;
  for (const facts::FileFacts& file : program.files) {
    const auto buffer = llvm::MemoryBuffer::getFile(program.root + "/" + file.path);
    const std::string now =
        buffer ? fact_store::digest_bytes({buffer.get()->getBufferStart(), buffer.get()->getBufferSize()})
               : std::string();
    if (llvm::toHex(now, true) != file.digest && now != file.digest) out.push_back(file.path);
  }
  return out;
}

}  // namespace

Reloaded reload(const Settings& settings) {
  Reloaded out;
  const std::string database = settings.output + "/banyan.db";
  if (!llvm::sys::fs::exists(database)) {
    out.error = no_results(settings.output, "banyan.db");
    out.hint = map_first(settings.output);
    return out;
  }
  fact_store::Store store(database);
  Settings found = settings;
  if (found.config.empty()) found.config = store.meta("config");
  found.no_config = found.config.empty();
  const std::string root = store.meta("root");
  ConfigResult config = find_config(found, root);
  if (!config.error.empty()) {
    out.error = config.error;
    return out;
  }
  out.config = std::move(config.config);
  fact_store::Loaded loaded = store.load_all(root);
  out.program = std::move(loaded.program);
  out.failed = loaded.failed.size();
  store.close();
  out.changed = changed_since(out.program);
  drop_excluded(out.program, out.config.exclude);
  return out;
}

}  // namespace banyan::cli
