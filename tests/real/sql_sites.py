"""Of the SQL sites that a person found by reading, how many does banyan.db have right?

    python3 tests/real/sql_sites.py FOLDER TRUTH    FOLDER holds source/ and out/banyan.db

A site is right when the accesses on its lines are exactly the tables and modes of the truth, or when a statement on
its lines is listed as unresolved. A site without a statement is right when nothing is claimed for its lines.
"""
import re
import sqlite3
import sys

folder, truth = sys.argv[1], sys.argv[2]
SITE = re.compile(r'at: "([^"]+):(\d+)", lines: \[(\d+), (\d+)\], touches: \[([^\]]*)\]')
db = sqlite3.connect(f"file:{folder}/out/banyan.db?mode=ro", uri=True)
db.create_function("name", 1, lambda path: path.rsplit("/", 1)[-1])
sites = [(m[1], int(m[2]), int(m[3]), int(m[4]), set(re.findall(r'"([^"]+)"', m[5])))
         for m in map(SITE.search, open(truth)) if m]
right = statements = statements_right = 0
for file, line, first, last, touches in sites:
    found = {f"{mode} {table}" for table, mode in db.execute(
        "SELECT DISTINCT table_name, mode FROM table_access WHERE name(file) = ? AND line BETWEEN ? AND ? AND via = ''",
        (file, first, last))}
    unresolved = db.execute("SELECT count(*) FROM sql_statement WHERE name(file) = ? AND line BETWEEN ? AND ?"
                            " AND resolution = 'unresolved'", (file, first, last)).fetchone()[0]
    good = found == touches or (touches and not found and unresolved)
    right += good
    statements += bool(touches)
    statements_right += bool(touches) and bool(good)
    if not good:
        print(f"  {file}:{line}: expected {sorted(touches)}, found {sorted(found)}")
print(f"SQL sites read: {len(sites)}, right {right}; with a statement {statements}, right {statements_right}"
      f" ({100.0 * statements_right / max(1, statements):.1f} %)")
if not sites or right < 0.95 * len(sites) or statements_right < 0.95 * statements:
    print("FAILED: less than 95 % right")
    sys.exit(1)
