"""Prints the table of one program and checks what run.sh promises. Exit 1 when a check fails.

judge.py TITLE OUT FOLDERS   FOLDERS: truth | other (are the program's folders the truth?) | asked (programs put
                             side by side: what counts is the grouping into as many groups as there are programs)
"""
import json
import sys

title, out, folders = sys.argv[1:]
failures = []


def load(name):
    with open(f"{out}.{name}", encoding="utf-8") as stream:
        return json.load(stream)


def check(name, ok, text):
    print(f"  {'ok     ' if ok else 'NOT MET'} {name}: {text}")
    if not ok:
        failures.append(name)


full = load("full.json")
print(f"{title}: {full['scored_files']} files scored, {full['missing_files']} of the truth not in the map")
print(f"  {'tier':4} {'row':22} {'groups':>6} {'ARI':>6} {'MoJoFM':>6} {'a2a':>6} {'c2c':>6}")
ours, trivial = {}, {}
for row in full["rows"]:
    (ours if row["tier"] else trivial)[row["tier"] or row["row"]] = row["ari"]
    c2c = row["c2c_truth_covered_by_found"]["0.50"]
    print(f"  {row['tier'] or '-':4} {row['row']:22} {row['groups']:6} {row['ari']:6.1f} {row['mojofm']:6.1f}"
          f" {row['a2a']:6.1f} {c2c:6.1f}")
if folders == "asked":
    asked = next(row["ari"] for row in load("asked.json")["rows"] if row["tier"] == "t1")
    best = max(trivial, key=trivial.get)
    check("T1, asked for their number, is not worse than any trivial row", asked >= trivial[best],
          f"{asked:.1f} against {best} {trivial[best]:.1f}")
rivals = {name: ari for name, ari in trivial.items() if folders == "other" or name != "folder copy"}
if folders != "asked":
    best = max(rivals, key=rivals.get)
    check("T1 beats the trivial rows", ours["t1"] > rivals[best], f"{ours['t1']:.1f} against {best} {rivals[best]:.1f}")
check("T2 is not worse than the folder copy", ours["t2"] >= trivial["folder copy"],
      f"{ours['t2']:.1f} against {trivial['folder copy']:.1f}")
for tier in ("t1", "t2"):
    moved = next(row["moved_percent"] for row in load(f"{tier}.part.json")["rows"] if row["tier"] == tier)
    check(f"a tenth left out, {tier}", moved <= 10, f"{moved:.1f} % of the others moved")
print()
sys.exit(1 if failures else 0)
