// Whatever the bytes, loading ends with a configuration or with at least one placed error.
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
  return 0;
}
