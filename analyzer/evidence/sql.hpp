// The SQL of a program -> schema, statements, table accesses.
//
// Decisions: a table that is only the target of UPDATE or DELETE is updated or removed from, not read,
// although its WHERE looks at it; it is read too when the statement also selects from it or has RETURNING.
// REPLACE and upserts insert (an upsert's DO UPDATE updates as well). Views are read, and so are their base
// tables, `via` the view. Catalogue tables (sqlite_master, information_schema) are not the program's data and
// are left out.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/evidence/sql_schema.hpp"
#include "analyzer/evidence/sql_strings.hpp"

namespace banyan::evidence {

// Adds tables, triggers, statements and accesses to `into`.
void collect_sql(const facts::Program& program, const Settings& settings, Evidence& into);

// One statement on its own, for tests and tools: what `text` touches under `schema`.
struct SqlResult {
  Resolution resolution = Resolution::resolved;
  std::string reason;
  std::vector<TableAccess> accesses;
};
SqlResult analyze_sql(const SqlString& sql, const Schema& schema);

}  // namespace banyan::evidence
