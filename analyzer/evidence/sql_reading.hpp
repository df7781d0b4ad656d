// One statement's tokens -> which clause every token stands in and which tables are named where.
//
// Works on any dialect and on broken text: it looks at words only. CTE names, aliases and table functions are
// not tables. Used to place holes, to find aliases, and as the last resort when SQLite cannot parse a
// statement.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/evidence/sql_tokens.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::evidence {

enum class Clause : std::uint8_t {
  none,
  select,
  from,
  where,
  set,
  into,
  columns,
  values,
  row,
  arguments,
  order,
  limit,
  update,
  remove
};

struct TableReference {
  std::string name;       // its last part; with a hole inside: events_{year}
  std::string qualifier;  // what stands before the dot
  std::string alias;
  AccessMode mode = AccessMode::read;
  std::size_t first = 0;  // tokens first..last spell it
  std::size_t last = 0;
  bool hole = false;    // the name is not known
  bool system = false;  // sqlite_master, information_schema.x, ...
};

struct Reading {
  std::vector<Clause> clauses;       // parallel to the tokens: the clause each stands in
  std::vector<bool> table_expected;  // parallel: a table's name may stand here
  std::vector<TableReference> references;
  std::set<std::string> ctes;  // lower case
};

// `known` (lower case) decides whether `orders{x}` is the table `orders` followed by a fragment.
Reading read_statement(const Tokens& tokens, const std::set<std::string>& known = {});

bool is_system_table(std::string_view qualifier, std::string_view name);

}  // namespace banyan::evidence
