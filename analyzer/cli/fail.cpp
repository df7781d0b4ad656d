#include "analyzer/cli/fail.hpp"

#include "analyzer/cli/settings.hpp"

#include <iostream>

namespace banyan::cli {

int fail(const std::string& message, const std::string& hint) {
  const bool placed = message.find(": error: ") != std::string::npos || message.starts_with("error: ");
  std::cerr << (placed ? "" : "error: ") << message << '\n';
  if (!hint.empty()) std::cerr << "  " << hint << '\n';
  return kUsage;
}

}  // namespace banyan::cli
