// Which parts of the program may use which, in the words of dependency-cruiser: forbidden, allowed, required.
//
//   Program + Evidence + Graph -> Scene (dependencies) -> check -> Violations -> compare with a Baseline
//
// A dependency goes from a file to the file that declares what is used (a header, where there is one) or to a
// table; everything that one file uses of another is one dependency. A header and the source that implements
// it never depend on each other in this sense. Pure; sorted; the order of the input never shows.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/facts/facts.hpp"
#include "analyzer/graph/graph.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::rules {

using facts::Location;

enum class Severity : std::uint8_t { ignore, info, warn, error };
std::string_view to_string(Severity severity);

// Empty lists say nothing; of those that are not empty each must match. A dependency on a table has a table
// and no path.
struct Selector {
  std::vector<std::string> path;      // patterns, any of them (see `matches`)
  std::vector<std::string> path_not;  // and none of these
  std::vector<std::string> context;   // names
  std::vector<std::string> table;     // patterns of table names, letter case ignored
  bool empty() const { return path.empty() && path_not.empty() && context.empty() && table.empty(); }
};

struct Rule {
  std::string name;
  std::string comment;  // why; printed with every violation
  Severity severity = Severity::error;
  Selector from;
  Selector to;
  std::vector<std::string> kinds;  // include, call, type, data, macro, table; empty: any
};

// forbidden: no dependency may match. allowed: when there are any, each dependency must match one of them.
// required: each file that `from` matches must have a dependency that `to` matches.
struct RuleSet {
  std::vector<Rule> forbidden;
  std::vector<Rule> allowed;
  std::vector<Rule> required;
  Severity allowed_severity = Severity::warn;
  bool empty() const { return forbidden.empty() && allowed.empty() && required.empty(); }
  bool names_contexts() const;
};

// `src/a/` and `src/a` match everything below, `*` and `?` stay within a folder, `**` does not.
bool matches(std::string_view pattern, std::string_view path);

struct Site {
  Location at;
  std::string kind;  // include, call, ...
  std::string what;  // the symbol used, or the text between the quotes
  auto operator<=>(const Site&) const = default;
};

struct Dependency {
  std::string from;         // a file
  std::string to;           // a file or a table
  bool table = false;       // `to` is a table
  std::vector<Site> sites;  // all of them, in order of place
};

// What the rules are held against.
struct Scene {
  std::vector<std::string> files;                     // sorted
  std::vector<Dependency> dependencies;               // sorted by (from, table, to)
  std::map<std::string, std::string> file_context;    // names; may be empty when no rule asks
  std::map<std::string, std::string> table_context;
};

// Scene without contexts.
Scene find_dependencies(const facts::Program& program, const evidence::Evidence& evidence,
                        const graph::Graph& graph);

enum class Law : std::uint8_t { forbidden, allowed, required };

// The three texts are what a violation is recognised by: no line and no column is in them.
struct Key {
  std::string rule;
  std::string from;
  std::string to;  // a file, "table NAME", or empty for `required`
  auto operator<=>(const Key&) const = default;
};

struct Violation {
  Key key;
  Law law = Law::forbidden;
  Severity severity = Severity::error;
  std::string comment;
  std::vector<Site> sites;  // up to eight; the first is where it is reported
};

// Sorted by key. Rules of severity `ignore` are not looked at.
std::vector<Violation> check(const RuleSet& rules, const Scene& scene);

// One line: "src/a.cpp must not use src/b.hpp (include, call shop::f)".
std::string sentence(const Violation& violation);

}  // namespace banyan::rules
