// MySQL, PostgreSQL and SQL Server statements -> the same statement in SQLite's words, as far as tables and
// columns go. What it does not know it leaves alone; the parser then refuses and the caller falls back.
#pragma once

#include "analyzer/evidence/sql_tokens.hpp"

#include <functional>
#include <string_view>

namespace banyan::evidence {

using ColumnTest = std::function<bool(std::string_view)>;

// `is_column` (any table's) tells a column "name" from MySQL's string "name".
Tokens to_sqlite(Tokens tokens, const ColumnTest& is_column);

}  // namespace banyan::evidence
