// Parses one translation unit with Clang and returns its facts.
//
// Guarantees: never throws into or out of Clang; a unit with errors keeps what was parsed and lists the
// errors; a crash of the front end becomes a fatal Diagnostic. Facts of a file depend on its content and the
// macros it is read under, not on the unit. Thread-safe: any number of units may be parsed at once; nothing
// of the process changes (the working directory of a unit is virtual).
#pragma once

#include "analyzer/facts/facts.hpp"

#include <string>
#include <utility>
#include <vector>

namespace banyan::facts {

// Raise it whenever the same source gives other facts: what is on file from an older version is parsed again.
inline constexpr int kFactsVersion = 5;

// A cleaned compile command: arguments[0] names the compiler, exactly one source, no output options.
struct ParseRequest {
  std::string directory;  // absolute
  std::string file;       // absolute
  std::vector<std::string> arguments;
  std::string root;  // absolute source root: files below it that are not system headers are the project's
  std::vector<std::pair<std::string, std::string>>
      overlay{};  // files that exist in memory only: path, content
};

UnitFacts parse_unit(const ParseRequest& request);

// What the front end makes of a command, for `doctor`.
struct Invocation {
  bool understood = false;
  std::string target;
  std::vector<std::string> include_dirs;  // in search order; system directories end in " (system)"
  std::vector<std::string> defines;
  std::vector<Diagnostic> errors;
};

Invocation describe_invocation(const ParseRequest& request);

std::string front_end_version();

}  // namespace banyan::facts
