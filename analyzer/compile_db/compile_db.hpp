// compile_commands.json -> commands that Clang understands, with what was dropped and why.
//
//   find_database -> read_database -> [raw entries] -> adjust -> Database
//
// Guarantees: never guesses a flag; an entry that cannot be used is listed, never dropped in silence; the
// result is sorted by file and independent of the order of entries. Pure but for reading the file, looking
// for response files and asking whether sources exist.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace banyan::compile_db {

struct Command {
  std::string directory;               // absolute
  std::string file;                    // absolute, without dots
  std::vector<std::string> arguments;  // adjusted: one source, no outputs, resource directory given
  std::vector<std::string> original;   // as read, response files expanded
  std::vector<std::string> dropped;    // flags taken out, in order
  std::string digest;                  // of directory, file and arguments
};

// An entry that gives no unit, and why.
struct Unusable {
  std::string file;
  std::string reason;
};

struct Database {
  std::string path;                           // empty for a fixed command line
  std::vector<Command> commands;              // sorted by file, then digest
  std::map<std::string, int> dropped;         // flag or family -> commands that had it
  std::vector<Unusable> stale;                // sources that are gone
  std::vector<Unusable> unsupported;          // assembler, C++20 module maps, no source ...
  std::size_t entries = 0;                    // in the file
  std::size_t duplicates = 0;                 // same file and command again
  std::size_t split = 0;                      // commands with several sources
  std::vector<std::string> missing_includes;  // -include files not generated yet
};

// A message ready for the user: first line starts with "error: ", further lines are advice.
struct Problem {
  std::string message;
};

template <class T>
using Result = std::variant<T, Problem>;

struct Options {
  std::string build_path;  // -p: directory or file; empty: searched
  std::string working_directory;
  std::vector<std::pair<std::string, std::string>> path_map;  // container path -> path here
  std::vector<std::string> extra_args;
  std::vector<std::string> extra_args_before;
  std::string resource_dir;  // empty: found
};

Result<std::string> find_database(const Options& options);
Result<Database> load_database(const std::string& path, const Options& options);
// `-- FLAGS`: every file with the same flags.
Result<Database> fixed_database(const std::vector<std::string>& files, const std::vector<std::string>& flags,
                                const Options& options);

// Clang's own headers (stddef.h ...); empty when they are not installed.
std::string find_resource_dir();

// Parsed "A=B"; nothing when there is no '='.
std::optional<std::pair<std::string, std::string>> parse_path_map(std::string_view text);

}  // namespace banyan::compile_db
