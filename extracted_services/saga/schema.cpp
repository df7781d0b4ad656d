#include "extracted_services/saga/schema.hpp"

namespace banyan::saga {
namespace {

// saga_origin: part of every key, so that a database made anew does not repeat the keys of the old one.
// saga_commands: what is to be sent and has not been answered; written with the state that asks for it.
// One row for each (saga, step, direction): a new attempt replaces the old one, its body stays the same.
constexpr const char* tables = R"sql(
  CREATE TABLE saga_origin(name TEXT NOT NULL);
  INSERT INTO saga_origin VALUES (lower(hex(randomblob(6))));
  CREATE TABLE saga_definitions(
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE sagas(
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    definition  TEXT NOT NULL REFERENCES saga_definitions(hash),
    subject     TEXT NOT NULL,
    input       TEXT NOT NULL,
    traceparent TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('running', 'compensating', 'completed', 'compensated')),
    why         TEXT NOT NULL,
    parked      INTEGER NOT NULL CHECK (parked IN (0, 1)),
    started_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    wake_at     INTEGER);
  CREATE INDEX ix_sagas_wake ON sagas(wake_at) WHERE wake_at IS NOT NULL;
  CREATE INDEX ix_sagas_parked ON sagas(id) WHERE parked = 1;
  CREATE INDEX ix_sagas_subject ON sagas(subject);
  CREATE TABLE saga_steps(
    saga_id  INTEGER NOT NULL REFERENCES sagas(id),
    step     INTEGER NOT NULL,
    phase    TEXT NOT NULL,
    attempt  INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    polls    INTEGER NOT NULL,
    awaiting INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    due      INTEGER NOT NULL,
    result   TEXT NOT NULL,
    error    TEXT NOT NULL,
    parked   TEXT NOT NULL,
    PRIMARY KEY (saga_id, step)) WITHOUT ROWID;
  CREATE TABLE saga_commands(
    saga_id   INTEGER NOT NULL REFERENCES sagas(id),
    step      INTEGER NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('do', 'undo')),
    attempt   INTEGER NOT NULL,
    key       TEXT NOT NULL,
    upstream  TEXT NOT NULL,
    target    TEXT NOT NULL,
    body      TEXT NOT NULL,
    attempt_ms INTEGER NOT NULL,
    PRIMARY KEY (saga_id, step, direction)) WITHOUT ROWID;
  CREATE TABLE saga_audit(
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    saga_id INTEGER NOT NULL REFERENCES sagas(id),
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL,
    act     TEXT NOT NULL,
    reason  TEXT NOT NULL,
    outcome TEXT NOT NULL);
  CREATE INDEX ix_saga_audit_saga ON saga_audit(saga_id);
)sql";

}  // namespace

std::vector<store::Migration> migrations() { return {{1, "sagas", tables}}; }

}  // namespace banyan::saga
