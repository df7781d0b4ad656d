// merge: facts of several `map --shard` runs -> one output folder.
#include "analyzer/cli/project.hpp"
#include "analyzer/cli/settings.hpp"
#include "analyzer/fact_store/store.hpp"

#include <llvm/Support/FileSystem.h>

#include <iostream>

namespace banyan::cli {

int merge(const Settings& settings) {
  if (const std::string problem = check_output(settings.output); !problem.empty()) {
    std::cerr << problem << '\n';
    return kUsage;
  }
  auto opened = open_project(settings);
  if (auto* problem = std::get_if<compile_db::Problem>(&opened)) {
    std::cerr << problem->message << '\n';
    return kUsage;
  }
  const std::string root = std::get<Project>(opened).root;
  fact_store::Store store(settings.output + "/banyan.db");
  for (const std::string& shard : settings.shards) {
    const std::string database = shard + "/banyan.db";
    if (!llvm::sys::fs::exists(database)) {
      std::cerr << "error: no banyan.db in '" << shard << "'\n  Each is made by: banyan-analyze map --shard K/N -o "
                << shard << '\n';
      return kUsage;
    }
    const std::size_t taken = store.import(database, root);
    if (!settings.quiet) std::cerr << shard << ": " << taken << " units\n";
  }
  store.close();
  return map(settings);  // parses what no shard had, then as ever
}

}  // namespace banyan::cli
