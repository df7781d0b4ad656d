// The monolith's global settings and number ranges, as each service keeps them: copied at import, then its
// own. On the database thread that owns the connection.
#pragma once
#include "extracted_services/service/import.hpp"
#include "extracted_services/store/connection.hpp"

#include <string>
#include <string_view>

namespace banyan::shop_dialect {

// CREATE TABLE of settings and sequences, the first statements of a service's first migration.
std::string_view settings_schema();

// What import copies for them; `sequence` is the number range this service draws from, empty for none.
std::vector<service::TableCopy> settings_copies(const std::string& sequence);

// The shop's business date. Answers never carry the wall clock: equal data gives equal bytes.
std::string today(store::Connection& db);

// next_number(db, "payment", "PAY") == "PAY-000001". Inside the transaction that uses it.
std::string next_number(store::Connection& db, std::string_view sequence, std::string_view prefix);

}  // namespace banyan::shop_dialect
