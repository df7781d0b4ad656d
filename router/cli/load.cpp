#include "router/cli/load.hpp"

#include "router/routing/expectations.hpp"
#include "router/tls/store.hpp"

namespace banyan::cli {

config::LoadResult load_with_files(const std::string& file) {
  config::LoadResult loaded = routing::load_and_check(file);
  if (!loaded.config) return loaded;
  loaded.diagnostics = tls::Store().prepare(loaded.config);
  if (!loaded.diagnostics.empty()) loaded.config = nullptr;
  return loaded;
}

}  // namespace banyan::cli
