// Asks SQLite which tables and columns a statement touches, through views and triggers.
//
// An in-memory database holds the program's schema. What a statement needs and the schema lacks is learned
// from SQLite's own error messages, for that statement only, so the order of statements never matters.
// Nothing is executed. One engine belongs to one thread.
#pragma once

#include "analyzer/evidence/sql_reading.hpp"
#include "analyzer/evidence/sql_schema.hpp"

#include <compare>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace banyan::evidence {

struct TableTouch {
  std::string table;
  std::string column;  // empty: none in particular
  std::string via;     // innermost view or trigger
  AccessMode mode = AccessMode::read;
  auto operator<=>(const TableTouch&) const = default;
};

struct Answer {
  bool parsed = false;
  std::string error;  // SQLite's, when not parsed
  std::set<TableTouch> touches;
  std::set<std::string> learned;  // lower-case tables the schema did not have
};

class SqlEngine {
 public:
  explicit SqlEngine(const Schema& schema);
  ~SqlEngine();
  SqlEngine(const SqlEngine&) = delete;
  SqlEngine& operator=(const SqlEngine&) = delete;

  // `statement` in SQLite's words (to_sqlite).
  Answer ask(const Tokens& statement);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace banyan::evidence
