#include "analyzer/report/evidence_tables.hpp"

namespace banyan::report {
namespace {

constexpr const char* evidence_tables = R"(
DROP TABLE IF EXISTS evidence_source; DROP TABLE IF EXISTS co_change; DROP TABLE IF EXISTS traffic;
DROP TABLE IF EXISTS vocabulary; DROP TABLE IF EXISTS soft_edge;
CREATE TABLE evidence_source(name TEXT PRIMARY KEY, used INTEGER NOT NULL, rows INTEGER NOT NULL, note TEXT NOT NULL)
  STRICT;
CREATE TABLE co_change(file_a TEXT NOT NULL, file_b TEXT NOT NULL, commits INTEGER NOT NULL, weight REAL NOT NULL,
  newest TEXT NOT NULL, PRIMARY KEY(file_a, file_b)) STRICT, WITHOUT ROWID;
CREATE TABLE traffic(endpoint INTEGER, method TEXT NOT NULL, path TEXT NOT NULL, requests INTEGER NOT NULL,
  failures INTEGER NOT NULL, mean_us INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE vocabulary(file TEXT NOT NULL, word TEXT NOT NULL, count INTEGER NOT NULL, weight REAL NOT NULL,
  PRIMARY KEY(file, word)) STRICT, WITHOUT ROWID;
CREATE TABLE soft_edge(src INTEGER NOT NULL, dst INTEGER NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
  weight REAL NOT NULL, PRIMARY KEY(src, dst, kind)) STRICT, WITHOUT ROWID;
)";

void write_traffic(const Database& db, const Input& input) {
  Statement row(db, "INSERT INTO traffic VALUES(?,?,?,?,?,?,?)");
  for (const auto& one : input.evidence.traffic) {
    if (one.route == evidence::no_route)
      row.bind_null();
    else
      row.with(one.route);
    row.with(one.method, one.path, one.requests, one.failures, one.microseconds / one.requests, one.bytes).finish();
  }
}

}  // namespace

void write_evidence_tables(Database& db, const Input& input) {
  db.run(evidence_tables);
  Statement source(db, "INSERT INTO evidence_source VALUES(?,?,?,?)");
  for (const auto& one : input.evidence.sources) source.with(one.name, one.used, one.rows, one.note).finish();
  Statement pair(db, "INSERT INTO co_change VALUES(?,?,?,?,?)");
  for (const auto& one : input.evidence.co_changes)
    pair.with(one.a, one.b, one.commits, one.weight, one.newest).finish();
  write_traffic(db, input);
  Statement word(db, "INSERT INTO vocabulary VALUES(?,?,?,?)");
  for (const auto& one : input.evidence.vocabulary) word.with(one.file, one.word, one.count, one.weight).finish();
  Statement edge(db, "INSERT INTO soft_edge VALUES(?,?,?,?,?)");
  for (const auto& one : input.graph.soft_edges)
    edge.with(one.from, one.to, graph::to_string(one.kind), one.count, one.weight).finish();
}

}  // namespace banyan::report
