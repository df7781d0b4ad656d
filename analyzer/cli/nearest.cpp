#include "analyzer/cli/nearest.hpp"

#include <llvm/ADT/StringRef.h>

namespace banyan::cli {

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  const auto limit = static_cast<unsigned>(word.size() <= 3 ? 1 : (word.size() + 2) / 3);
  unsigned best = limit + 1;
  std::string found;
  for (const std::string& candidate : known) {
    const unsigned distance = llvm::StringRef(word).edit_distance(candidate, true, limit + 1);
    if (distance >= best) continue;
    best = distance;
    found = candidate;
  }
  return found;
}

}  // namespace banyan::cli
