// cache: what is on file for the next run, and forgetting it.
#include "analyzer/cli/settings.hpp"
#include "analyzer/fact_store/store.hpp"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FormatVariadic.h>

#include <iostream>

namespace banyan::cli {
namespace {

int stats(const std::string& database) {
  std::uint64_t size = 0;
  llvm::sys::fs::file_size(database, size);
  fact_store::Store store(database);
  const fact_store::Statistics found = store.statistics();
  std::cout << "database\t" << database << "\nsize_bytes\t" << size << "\nunits\t" << found.units
            << "\nunits_with_errors\t" << found.failed << "\nfiles_read\t" << found.files_read
            << "\nfacts_of_files\t" << found.blobs << "\nfact_bytes\t" << found.bytes << '\n';
  if (found.units > 0)
    std::cout << llvm::formatv("fact_kb_per_unit\t{0:F1}\n", static_cast<double>(found.bytes) / 1024.0 /
                                                                static_cast<double>(found.units))
                     .str();
  return kDone;
}

}  // namespace

int cache(const Settings& settings) {
  const std::string database = settings.output + "/banyan.db";
  if (!llvm::sys::fs::exists(database)) {
    std::cerr << "error: no banyan.db in '" << settings.output << "'\n  Name its folder with -o DIR.\n";
    return kUsage;
  }
  if (settings.what == "stats") return stats(database);
  { const fact_store::Store store(database); }  // refuses what is not ours
  for (const char* suffix : {"", "-wal", "-shm", ".compact"}) {
    if (const auto error = llvm::sys::fs::remove(database + suffix)) {
      std::cerr << "error: cannot remove " << database << suffix << ": " << error.message() << '\n';
      return kUsage;
    }
  }
  std::cerr << "removed " << database << "; the next map parses everything\n";
  return kDone;
}

}  // namespace banyan::cli
