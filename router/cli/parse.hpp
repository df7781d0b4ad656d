// argv -> Options, or words and an exit code. Pure but for what it prints.
#pragma once

#include "router/cli/cli.hpp"

#include <optional>

namespace banyan::cli {

// Empty optional: parsed. Otherwise the exit code; help or the complaint has been printed.
std::optional<int> parse(int argc, const char* const* argv, Options& out);

}  // namespace banyan::cli
