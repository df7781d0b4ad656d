// What the facts prove about data and entry points. Pure: same facts and settings in, same evidence out, sorted.
//
// Everything carries the place that proves it. What cannot be resolved is listed as unresolved with the reason; it
// never vanishes. Confidence: `high` = parsed by SQLite with the schema known; `medium` = a hole stood where a value
// may stand; `low` = found by the tokenizer only, or the table name itself was guessed.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/facts/facts.hpp"

namespace banyan::evidence {

using facts::Location;

enum class Confidence : std::uint8_t { low, medium, high };
enum class AccessMode : std::uint8_t { read, insert, update, remove };

struct ForeignKey {
  std::vector<std::string> columns;
  std::string table;
  std::vector<std::string> referenced;
  auto operator<=>(const ForeignKey&) const = default;
};

struct Table {
  std::string name;
  Location at;  // of its CREATE statement; an empty file when only uses were seen
  std::vector<std::string> columns;
  std::vector<ForeignKey> foreign_keys;
  std::vector<std::string> reads;  // views: the base tables
  bool view = false;
  auto operator<=>(const Table&) const = default;
};

struct Trigger {
  std::string name;
  std::string table;
  AccessMode event = AccessMode::update;
  std::vector<std::string> writes;  // tables its body writes
  Location at;
  auto operator<=>(const Trigger&) const = default;
};

enum class Resolution : std::uint8_t { resolved, partial, unresolved };

struct Statement {
  Location at;
  std::string in_usr;
  std::string text;    // holes written as {expression}
  std::string reason;  // for partial and unresolved
  Resolution resolution = Resolution::resolved;
  auto operator<=>(const Statement&) const = default;
};

struct TableAccess {
  std::string table;
  std::string column;  // empty: the row as a whole
  AccessMode mode = AccessMode::read;
  std::string via;     // the view or trigger that leads there, else empty
  Location at;
  std::string in_usr;
  Confidence confidence = Confidence::high;
  auto operator<=>(const TableAccess&) const = default;
};

struct Route {
  std::string method;  // GET, ..., or * for any
  std::string path;    // {name} for parameters, ** for a rest
  Location at;
  std::string handler_usr;
  std::string handler_name;
  std::string detector;  // which pattern found it: table, crow, httplib, ...
  auto operator<=>(const Route&) const = default;
};

// A span from BEGIN (or a guard) to its end, with the tables its function and callees touch inside.
struct Transaction {
  Location at;
  std::uint32_t end_line = 0;
  std::string in_usr;
  std::string how;  // "guard TYPE" or "begin literal"
  std::vector<TableAccess> accesses;
  auto operator<=>(const Transaction&) const = default;
};

// State shared without a call: a mutable global, an environment variable, a file, a socket path.
struct SharedState {
  std::string kind;  // global, environment, file, queue
  std::string name;
  Location at;
  std::string in_usr;
  bool write = false;
  auto operator<=>(const SharedState&) const = default;
};

struct Evidence {
  std::vector<Table> tables;
  std::vector<Trigger> triggers;
  std::vector<Statement> statements;
  std::vector<TableAccess> accesses;
  std::vector<Route> routes;
  std::vector<Transaction> transactions;
  std::vector<SharedState> shared_state;
};

// A way of registering routes that a house framework uses, from banyan.yaml (`routes:`).
struct RoutePattern {
  std::string callee;          // qualified name of the function or method, or of the row type for tables; '*' matches
  int method_argument = -1;    // index of the argument that holds the verb; -1: see `method`
  std::string method;          // fixed verb, or empty: taken from the callee's own name (get, post, ...)
  int path_argument = 0;
};

struct SqlFile {
  std::string path;  // relative to the root
  std::string text;
};

struct Settings {
  std::vector<RoutePattern> route_patterns;
  std::vector<SqlFile> sql_files;
};

Evidence collect(const facts::Program& program, const Settings& settings);

}  // namespace banyan::evidence
