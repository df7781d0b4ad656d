#include "analyzer/report/schema.hpp"

namespace banyan::report {

const std::string_view drop_tables = R"(
DROP VIEW IF EXISTS v_context_edges; DROP VIEW IF EXISTS v_cross_context_writes; DROP VIEW IF EXISTS v_why;
DROP TABLE IF EXISTS component; DROP TABLE IF EXISTS component_file; DROP TABLE IF EXISTS edge;
DROP TABLE IF EXISTS evidence; DROP TABLE IF EXISTS context; DROP TABLE IF EXISTS context_word;
DROP TABLE IF EXISTS context_member; DROP TABLE IF EXISTS hierarchy; DROP TABLE IF EXISTS db_table;
DROP TABLE IF EXISTS table_access; DROP TABLE IF EXISTS table_user; DROP TABLE IF EXISTS sql_statement;
DROP TABLE IF EXISTS endpoint; DROP TABLE IF EXISTS endpoint_table; DROP TABLE IF EXISTS transaction_span;
DROP TABLE IF EXISTS transaction_table; DROP TABLE IF EXISTS shared_state; DROP TABLE IF EXISTS seam;
DROP TABLE IF EXISTS seam_item; DROP TABLE IF EXISTS finding; DROP TABLE IF EXISTS coverage;
DROP TABLE IF EXISTS failed_unit; DROP TABLE IF EXISTS symbol_name; DROP TABLE IF EXISTS run;
DROP TABLE IF EXISTS context_sentence; DROP TABLE IF EXISTS table_column; DROP TABLE IF EXISTS foreign_key;
DROP TABLE IF EXISTS finding_place;
)";

const std::string_view create_tables = R"(
CREATE TABLE component(id INTEGER PRIMARY KEY, path TEXT NOT NULL) STRICT;
CREATE TABLE component_file(component INTEGER NOT NULL, path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE edge(id INTEGER PRIMARY KEY, src INTEGER NOT NULL, dst INTEGER NOT NULL, kind TEXT NOT NULL,
  count INTEGER NOT NULL, weight REAL NOT NULL) STRICT;
CREATE TABLE evidence(edge INTEGER NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL,
  user TEXT NOT NULL, used TEXT NOT NULL, snippet TEXT NOT NULL) STRICT;
CREATE TABLE context(id TEXT PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL, shared_kernel
  INTEGER NOT NULL,
  files INTEGER NOT NULL, lines INTEGER NOT NULL, internal_share REAL NOT NULL, calls_in INTEGER NOT NULL,
  calls_out INTEGER NOT NULL, tables_owned INTEGER NOT NULL, tables_shared INTEGER NOT NULL,
  torn_transactions INTEGER NOT NULL, stability REAL NOT NULL, ease REAL NOT NULL, about TEXT NOT NULL,
  tests INTEGER NOT NULL) STRICT;
CREATE TABLE run(project TEXT NOT NULL, tool TEXT NOT NULL) STRICT;
CREATE TABLE context_sentence(context TEXT NOT NULL, position INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE table_column(table_name TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL) STRICT;
CREATE TABLE foreign_key(table_name TEXT NOT NULL, position INTEGER NOT NULL, columns TEXT NOT NULL,
  referenced_table TEXT NOT NULL, referenced TEXT NOT NULL) STRICT;
CREATE TABLE context_word(context TEXT NOT NULL, rank INTEGER NOT NULL, word TEXT NOT NULL) STRICT;
CREATE TABLE context_member(context TEXT NOT NULL, component INTEGER PRIMARY KEY, stability REAL NOT NULL,
  omnipresent INTEGER NOT NULL) STRICT;
CREATE TABLE hierarchy(step INTEGER PRIMARY KEY, left INTEGER NOT NULL, right INTEGER NOT NULL,
  together REAL NOT NULL) STRICT;
CREATE TABLE db_table(name TEXT PRIMARY KEY, file TEXT, line INTEGER, context TEXT, confidence REAL NOT NULL,
  is_view INTEGER NOT NULL) STRICT;
CREATE TABLE table_access(table_name TEXT NOT NULL, column_name TEXT NOT NULL, mode TEXT NOT NULL, via TEXT
  NOT NULL,
  file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL, function_usr TEXT NOT NULL,
  confidence TEXT NOT NULL) STRICT;
CREATE TABLE table_user(table_name TEXT NOT NULL, context TEXT NOT NULL, mode TEXT NOT NULL,
  places INTEGER NOT NULL) STRICT;
CREATE TABLE sql_statement(file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL, text TEXT NOT
  NULL,
  resolution TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE endpoint(id INTEGER PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, file TEXT NOT NULL,
  line INTEGER NOT NULL, handler TEXT NOT NULL, detector TEXT NOT NULL, context TEXT, confidence REAL NOT
  NULL) STRICT;
CREATE TABLE endpoint_table(endpoint INTEGER NOT NULL, table_name TEXT NOT NULL, mode TEXT NOT NULL) STRICT;
CREATE TABLE transaction_span(id INTEGER PRIMARY KEY, file TEXT NOT NULL, line INTEGER NOT NULL,
  end_line INTEGER NOT NULL, how TEXT NOT NULL, torn INTEGER NOT NULL) STRICT;
CREATE TABLE transaction_table(span INTEGER NOT NULL, table_name TEXT NOT NULL, mode TEXT NOT NULL) STRICT;
CREATE TABLE shared_state(kind TEXT NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
  writes INTEGER NOT NULL) STRICT;
CREATE TABLE seam(src TEXT NOT NULL, dst TEXT NOT NULL, weight REAL NOT NULL, calls INTEGER NOT NULL,
  types INTEGER NOT NULL, data INTEGER NOT NULL) STRICT;
CREATE TABLE seam_item(src TEXT NOT NULL, dst TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  count INTEGER NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL) STRICT;
CREATE TABLE finding(id INTEGER PRIMARY KEY, rule TEXT NOT NULL, severity TEXT NOT NULL, title TEXT NOT NULL,
  advice TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL, key TEXT NOT NULL) STRICT;
CREATE TABLE finding_place(finding INTEGER NOT NULL, position INTEGER NOT NULL, file TEXT NOT NULL,
  line INTEGER NOT NULL, col INTEGER NOT NULL) STRICT;
CREATE TABLE coverage(units INTEGER NOT NULL, failed INTEGER NOT NULL) STRICT;
CREATE TABLE failed_unit(file TEXT NOT NULL, error TEXT NOT NULL) STRICT;
CREATE TABLE symbol_name(name TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
  component INTEGER NOT NULL) STRICT;
CREATE INDEX evidence_edge ON evidence(edge);
CREATE INDEX edge_src ON edge(src);
CREATE INDEX edge_dst ON edge(dst);
CREATE INDEX symbol_name_name ON symbol_name(name);
CREATE VIEW v_context_edges AS
  SELECT s.context AS src, d.context AS dst, e.kind, sum(e.count) AS count, sum(e.weight) AS weight
  FROM edge e JOIN context_member s ON s.component = e.src JOIN context_member d ON d.component = e.dst
  WHERE s.context <> d.context GROUP BY 1, 2, 3;
CREATE VIEW v_cross_context_writes AS
  SELECT a.table_name, t.context AS owner, m.context AS writer, a.mode, a.file, a.line, a.via
  FROM table_access a JOIN db_table t ON t.name = a.table_name JOIN component_file f ON f.path = a.file
  JOIN context_member m ON m.component = f.component
  WHERE a.mode <> 'read' AND m.context <> t.context
  GROUP BY a.table_name, a.mode, a.file, a.line, a.via;
CREATE VIEW v_why AS
  SELECT m.context, c.path AS component, f.path AS far, fm.context AS far_context, e.kind, e.count, e.weight
  FROM context_member m JOIN component c ON c.id = m.component
  JOIN (SELECT src AS here, dst AS there, kind, count, weight FROM edge
        UNION ALL SELECT dst, src, kind, count, weight FROM edge) e ON e.here = m.component
  JOIN component f ON f.id = e.there JOIN context_member fm ON fm.component = f.id;
)";

}  // namespace banyan::report
