"""Every table found in ZoneMinder's C++ must be in its schema."""
import re
import sqlite3
import sys

folder = sys.argv[1]
schema = open(f"{folder}/source/db/zm_create.sql.in", errors="replace").read()
declared = {name.lower() for name in re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?`?(\w+)`?", schema, re.I)}
db = sqlite3.connect(f"file:{folder}/out/banyan.db?mode=ro", uri=True)
rows = db.execute(
    "SELECT table_name, mode, confidence, count(*), min(file || ':' || line) FROM table_access"
    " WHERE file LIKE '%.cpp' OR file LIKE '%.h' OR file LIKE '%.cc' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3").fetchall()
print(f"{'table':<28} {'mode':<8} {'confidence':<10} {'places':>6}  first")
for table, mode, confidence, count, first in rows:
    mark = "" if table.lower() in declared else "  <- not in the schema"
    print(f"{table:<28} {mode:<8} {confidence:<10} {count:>6}  {first}{mark}")
found = {row[0].lower() for row in rows}
foreign = sorted(found - declared)
open_ = db.execute("SELECT file, line, text, reason FROM sql_statement WHERE resolution = 'unresolved' ORDER BY 1, 2")
for file, line, text, reason in open_:
    print(f"unresolved: {file}:{line}: {text[:90]!r}: {reason}")
print(f"{len(found)} tables found in C++, {len(declared)} in the schema, {len(foreign)} not in it")
if not found or foreign:
    print("FAILED: " + (", ".join(foreign) if foreign else "no table found"))
    sys.exit(1)
