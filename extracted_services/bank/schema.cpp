#include "extracted_services/bank/schema.hpp"

namespace banyan::bank {
namespace {

// charges: what has become of each key. entries: the money that has moved; never changed, only added to.
constexpr const char* tables = R"sql(
  CREATE TABLE charges(
    key          TEXT PRIMARY KEY,
    status       TEXT NOT NULL CHECK (status IN ('charged', 'declined', 'voided', 'refunded')),
    amount_cents INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    reason       TEXT NOT NULL,
    asked        INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE entries(
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    key          TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('charge', 'refund')),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0));
  CREATE INDEX ix_entries_key ON entries(key);
)sql";

// Parts that were given back, by the caller's key.
constexpr const char* refunds = R"sql(
  CREATE TABLE refunds(
    key          TEXT PRIMARY KEY,
    charge       TEXT NOT NULL REFERENCES charges(key),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0)) WITHOUT ROWID;
)sql";

}  // namespace

std::vector<store::Migration> migrations() { return {{1, "the ledger", tables}, {2, "refunds of a part", refunds}}; }

}  // namespace banyan::bank
