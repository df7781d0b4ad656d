#include "extracted_services/payments/schema.hpp"

#include "extracted_services/shop_dialect/settings.hpp"

namespace banyan::payments {
namespace {

// order_id is a name given by another service: nothing here can check that the order exists.
constexpr const char* tables = R"sql(
  CREATE TABLE payments(
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id       INTEGER NOT NULL,
    reference      TEXT NOT NULL UNIQUE,
    method         TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN
                   ('authorized', 'voided', 'declined', 'captured', 'partly_refunded', 'refunded')),
    currency       TEXT NOT NULL DEFAULT 'EUR',
    amount_cents   INTEGER NOT NULL CHECK (amount_cents >= 0),
    refunded_cents INTEGER NOT NULL DEFAULT 0 CHECK (refunded_cents BETWEEN 0 AND amount_cents),
    captured_on    TEXT);
  CREATE INDEX ix_payments_order ON payments(order_id);
  CREATE TABLE refunds(
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id   INTEGER NOT NULL REFERENCES payments(id),
    order_id     INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    reason       TEXT NOT NULL,
    refunded_on  TEXT NOT NULL);
  CREATE INDEX ix_refunds_payment ON refunds(payment_id);
)sql";

// A charge is what one caller's key asks the bank for. next_call: what is to be asked of the bank; with
// `attempt` it names the one answer that counts. cancelled without a payment is also the tombstone of a
// cancellation that came first.
constexpr const char* charges = R"sql(
  CREATE TABLE charges(
    key          TEXT PRIMARY KEY,
    order_id     INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    method       TEXT NOT NULL,
    token        TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN
                 ('asking', 'captured', 'declined', 'cancelling', 'cancelled', 'refunded')),
    reason       TEXT NOT NULL DEFAULT '',
    payment_id   INTEGER REFERENCES payments(id),
    traceparent  TEXT NOT NULL DEFAULT '',
    next_call    TEXT NOT NULL DEFAULT '' CHECK (next_call IN ('', 'charge', 'ask', 'void')),
    attempt      INTEGER NOT NULL DEFAULT 0,
    failures     INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
  CREATE INDEX ix_charges_due ON charges(due_at) WHERE next_call <> '';
  CREATE INDEX ix_charges_order ON charges(order_id);
)sql";

// What the bank has still to be told of refunds (bank_refunds.hpp).
constexpr const char* bank_refunds = R"sql(
  CREATE TABLE bank_refunds(
    refund_id    INTEGER PRIMARY KEY REFERENCES refunds(id),
    charge       TEXT NOT NULL REFERENCES charges(key),
    amount_cents INTEGER NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('asking', 'done', 'refused')),
    reason       TEXT NOT NULL DEFAULT '',
    traceparent  TEXT NOT NULL,
    failures     INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX ix_bank_refunds_due ON bank_refunds(due_at) WHERE status = 'asking';
)sql";

// What the orders have told (reconciliation.hpp). events: how many were applied to the row.
constexpr const char* claims = R"sql(
  CREATE TABLE order_claims(
    order_id   INTEGER PRIMARY KEY,
    number     TEXT NOT NULL,
    status     TEXT NOT NULL,
    owed_cents INTEGER NOT NULL,
    events     INTEGER NOT NULL);
)sql";

}  // namespace

std::vector<store::Migration> migrations() {
  return {{1, "tables as they left the monolith", std::string(shop_dialect::settings_schema()) + tables},
          {2, "charges by key", charges},
          {3, "what the orders say is owed", claims},
          {4, "refunds at the bank", bank_refunds}};
}

std::vector<service::TableCopy> copies() {
  auto all = shop_dialect::settings_copies("payment");
  all.push_back(
      {"payments",
       "id, order_id, reference, method, status, currency, amount_cents, refunded_cents, captured_on",
       "SELECT id, order_id, reference, method, status, currency, amount_cents, refunded_cents, captured_on"
       " FROM payments ORDER BY id",
       "payments"});
  all.push_back(
      {"refunds", "id, payment_id, order_id, amount_cents, reason, refunded_on",
       "SELECT id, payment_id, order_id, amount_cents, reason, refunded_on FROM refunds ORDER BY id",
       "refunds"});
  return all;
}

}  // namespace banyan::payments
