"""Of the units that the build's own compiler accepts, how many did banyan-analyze parse without errors?"""
import json
import os
import shlex
import sqlite3
import subprocess
import sys

folder = os.path.abspath(sys.argv[1])
db = sqlite3.connect(f"file:{folder}/out/banyan.db?mode=ro", uri=True)
units = db.execute("SELECT count(*) FROM fact_unit").fetchone()[0]
failed = {row[0] for row in db.execute("SELECT main_file FROM fact_unit WHERE failed")}
reasons = dict(db.execute("SELECT file, error FROM failed_unit"))


def compiles(entry):
    """The build's own compiler decides whether a failed unit counts."""
    arguments = entry.get("arguments") or shlex.split(entry["command"])
    arguments = [a for i, a in enumerate(arguments) if a not in ("-c", "-o") and (i == 0 or arguments[i - 1] != "-o")]
    run = subprocess.run(arguments + ["-fsyntax-only", "-w"], cwd=entry["directory"], capture_output=True)
    return run.returncode == 0


root = os.path.join(folder, "source")
entries = json.load(open(os.path.join(folder, "build", "compile_commands.json")))
bad = []
not_built = []
for entry in entries:
    path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
    name = os.path.relpath(path, root) if path.startswith(root + "/") else path
    if name in failed:
        (bad if compiles(entry) else not_built).append(name)
compiled = units - len(not_built)
share = 100.0 * (compiled - len(bad)) / compiled if compiled else 0
print(f"{os.path.basename(folder)}: {units} units, {compiled} compile here, {compiled - len(bad)} parsed ({share:.2f} %)")
for name in bad:
    print(f"  not parsed: {name}: {reasons.get(name, '')}")
for name in not_built:
    print(f"  does not compile here either: {name}: {reasons.get(name, '')}")
if units == 0 or share < 99.0:
    print("FAILED: less than 99 % parsed")
    sys.exit(1)
