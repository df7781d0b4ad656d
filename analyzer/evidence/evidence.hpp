// What the facts prove about data and entry points. Pure: same facts and settings in, same evidence out, sorted.
//
// Everything carries the place that proves it. What cannot be resolved is listed as unresolved with the reason; it
// never vanishes. Confidence: `high` = parsed by SQLite with the schema known; `medium` = a hole stood where a value
// may stand; `low` = found by the tokenizer only, or the table name itself was guessed.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
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

// Two files that changed in the same commits, by path.
struct CoChange {
  std::string a;
  std::string b;
  std::uint32_t commits = 0;
  double weight = 0;   // each commit counts 1/(files - 1)
  std::string newest;  // commit
  auto operator<=>(const CoChange&) const = default;
};

struct History {
  std::uint32_t commits = 0;  // that touch the program
  std::uint32_t large = 0;    // of these, too large to say anything
  bool usable = false;        // long enough to conclude something
};

inline constexpr std::uint32_t no_route = 0xffffffff;

// Requests of the access log for one route, or for one path that no route matches.
struct Traffic {
  std::uint32_t route = no_route;  // index into Evidence::routes
  std::string method;
  std::string path;
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;      // 5xx, or no answer
  std::uint64_t microseconds = 0;  // in sum
  std::uint64_t bytes = 0;         // answered, in sum
  auto operator<=>(const Traffic&) const = default;
};

struct TrafficTotals {
  std::uint64_t requests = 0;
  std::uint64_t unreadable = 0;  // lines
};

struct FileWord {
  std::string file;
  std::string word;
  std::uint32_t count = 0;
  double weight = 0;
  auto operator<=>(const FileWord&) const = default;
};

// One kind of evidence: was it looked at, how much was found, and what limits it.
struct Source {
  std::string name;
  bool used = true;
  std::uint64_t rows = 0;
  std::string note;
  auto operator<=>(const Source&) const = default;
};

struct Evidence {
  std::vector<Table> tables;
  std::vector<Trigger> triggers;
  std::vector<Statement> statements;
  std::vector<TableAccess> accesses;
  std::vector<Route> routes;
  std::vector<Transaction> transactions;
  std::vector<SharedState> shared_state;
  std::vector<CoChange> co_changes;
  History history;
  std::vector<Traffic> traffic;
  TrafficTotals traffic_totals;
  std::vector<FileWord> vocabulary;
  std::vector<Source> sources;  // in order of source_names()
};

// A way of registering routes that a house framework uses, from banyan.yaml (`routes:`).
struct RoutePattern {
  std::string callee;          // qualified name of the function or method, or of the row type for tables; '*' matches
  int method_argument = -1;    // index of the argument that holds the verb; -1: see `method`
  std::string method;          // fixed verb, or empty: taken from the callee's own name (get, post, ...)
  int path_argument = 0;
  std::string prefix;          // stands before every path
};

struct SqlFile {
  std::string path;  // relative to the root
  std::string text;
};

struct AccessLog {
  std::string path;
  std::string text;  // one JSON object a line, as the router writes it
};

struct Settings {
  std::vector<RoutePattern> route_patterns;
  std::vector<SqlFile> sql_files;
  std::string history{};       // git's output, see history.hpp
  std::string history_note{};  // why there is none, or not all
  std::vector<AccessLog> access_logs{};
  std::set<std::string> without{};  // sources to leave out, to see what they are worth
};

// sql, routes, transactions, shared-state, cochange, vocabulary, runtime.
const std::vector<std::string>& source_names();

Evidence collect(const facts::Program& program, const Settings& settings);

}  // namespace banyan::evidence
