// Writes a whole file or none: what reads it never sees half of it.
#pragma once

#include <string>

namespace banyan::cli {

// Empty, or "cannot write FILE: why".
std::string write_file(const std::string& file, const std::string& content);

}  // namespace banyan::cli
