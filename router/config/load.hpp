// YAML -> Config, strictly: every mistake is found in one pass and has a place, what was expected, and a
// hint.
//
// load_text() is pure. load_file() reads the file; a file that cannot be read is one diagnostic like any
// other.
#pragma once

#include "router/config/config.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::config {

struct Diagnostic {
  std::string file;
  std::uint32_t line = 0;    // 1-based; 0: no place
  std::uint32_t column = 0;  // 1-based
  std::uint32_t length = 1;  // how far the caret line underlines
  std::string message;       // "unknown key 'wieght' in cutovers[2]"
  std::string hint;          // "did you mean 'weight'?"; may be empty
  std::string source_line;
};

struct LoadResult {
  std::shared_ptr<const Config> config;  // set when there are no diagnostics
  std::vector<Diagnostic> diagnostics;   // in the file's order
};

LoadResult load_text(std::string_view text, const std::string& file);
LoadResult load_file(const std::string& file);

// Only listen, admin, state and kill_file, taken from a file that may be broken elsewhere: rolling back must
// work while somebody edits it. Defaults stand in for what cannot be read.
StaticSettings peek_static(const std::string& file);

// file:line:column: error: message, the source line, and a caret with the hint.
std::string format(const Diagnostic& diagnostic);
std::string format(const std::vector<Diagnostic>& diagnostics);

// The candidate nearest to `word`, if near enough to be a likely typing mistake.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace banyan::config
