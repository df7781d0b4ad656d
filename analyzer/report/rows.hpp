// The rows of a query as a table for a terminal, as CSV (RFC 4180) or as JSON (an array of objects).
#pragma once

#include "analyzer/report/report.hpp"
#include "analyzer/report/sqlite.hpp"

namespace banyan::report {

std::string format_rows(Statement& statement, Format format);

}  // namespace banyan::report
