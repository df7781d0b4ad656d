// Whatever the bytes, loading ends with a configuration or with at least one placed error; and what is put into a file that
// loads leaves one that loads, with the same cutovers.
#include "router/config/edit.hpp"
#include "router/config/load.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = banyan::config::load_text(text, "fuzz.yaml");
  if ((loaded.config == nullptr) == loaded.diagnostics.empty()) std::abort();
  for (const auto& diagnostic : loaded.diagnostics)
    if (diagnostic.line == 0 || diagnostic.column == 0 || diagnostic.message.empty()) std::abort();
  banyan::config::format(loaded.diagnostics);
  if (!loaded.config) return 0;
  for (const auto& cutover : loaded.config->cutovers) {
    for (const char* place : {"$.fuzz", "header:x-fuzz"}) {
      const auto edit = banyan::config::add_ignore(text, cutover.name, place);
      if (!edit) continue;
      const auto again = banyan::config::load_text(edit->text, "fuzz.yaml");
      if (!again.config || again.config->cutovers.size() != loaded.config->cutovers.size()) std::abort();
    }
  }
  return 0;
}
