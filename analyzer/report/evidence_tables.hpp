// The tables about evidence that stands beside the code: history, traffic, vocabulary, and what each source gave.
// docs/reference/evidence.md describes them.
#pragma once

#include "analyzer/report/report.hpp"
#include "analyzer/report/sqlite.hpp"

namespace banyan::report {

// Drops, creates and fills them, inside the caller's transaction; throws SqliteError.
void write_evidence_tables(Database& db, const Input& input);

}  // namespace banyan::report
