// What the analysis found, in the forms people and programs read: the database, contexts.json, report.html,
// and answers in words (explain, query).
//
// Same input, same bytes: nothing here looks at the clock, the environment or the source tree. Snippets come
// from the function in Input; where it gives nothing, there is none. Errors are text in Outcome, complete
// sentences for stderr. Functions may be called from any thread, two on the same database only if both read.
#pragma once

#include "analyzer/contexts/contexts.hpp"
#include "analyzer/evidence/evidence.hpp"
#include "analyzer/graph/graph.hpp"

#include <functional>
#include <string>
#include <vector>

namespace banyan::report {

using facts::Location;

struct FailedUnit {
  std::string file;
  std::string error;  // the first, with its place
};

struct Coverage {
  std::uint32_t units = 0;  // translation units in the compile database
  std::vector<FailedUnit> failed;
  std::vector<std::string> dropped;  // entries of the database that were not units, one sentence each
};

enum class Severity : std::uint8_t { note, warning, error };

// A finding of advice, as it is shown.
struct Finding {
  std::string id;    // the same while the thing it names is, whatever lines move
  std::string rule;  // shared-table-write, torn-transaction, cycle, ...
  Severity severity = Severity::warning;
  std::string title;   // one line
  std::string advice;  // what to do
  Location at;
  std::vector<Location> related;
};

struct Input {
  std::string project;  // shown as the title
  std::string version;  // of the tool
  const graph::Graph& graph;
  const evidence::Evidence& evidence;
  const contexts::Result& contexts;
  contexts::Options options;
  std::vector<Finding> findings;
  Coverage coverage;
  std::function<std::string(const Location&)> snippet;  // the line of source at a place
};

struct Outcome {
  std::string text;   // for stdout
  std::string error;  // for stderr; empty when it worked
  bool found = true;  // explain: was there such a thing?
  bool ok() const { return error.empty(); }
};

// Writes the tables of this folder (see schema.hpp) into a database that may hold facts already; all or
// nothing.
Outcome write_database(const std::string& path, const Input& input);

// The whole document; docs/reference/contexts.schema.json describes it.
std::string contexts_json(const Input& input);

// The whole page, self-contained.
std::string html(const Input& input);

// Why FILE, SYMBOL, TABLE or ROUTE ("GET /orders/{id}" or a path) is where it is, and what would move it. Not
// found: `found` is false and the text names the nearest.
Outcome explain(const std::string& database, const std::string& what);

enum class Format : std::uint8_t { table, csv, json };

// A named query, or any single SELECT through `sql`. The database is opened read-only.
Outcome query(const std::string& database, const std::string& name, Format format);
Outcome sql(const std::string& database, const std::string& statement, Format format);

// The named queries with a line about each.
std::string list_queries();

// Reads lines of files below `root` for Input::snippet; keeps the file it read last.
std::function<std::string(const Location&)> source_lines(std::string root);

}  // namespace banyan::report
