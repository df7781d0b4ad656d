"""Which SQL sites a person should read: a seeded sample of the lines that may hold one.

    python3 tests/real/sql_sample.py SOURCE [COUNT] [SEED]

A site is a line of C++ that holds an SQL verb in capitals inside a string literal, or a call by which a database is
asked. The lines are put in order, shuffled with the seed, and the first COUNT are printed as file:line with their text.
"""
import os
import random
import re
import sys

VERB = re.compile(r'"[^"]*\b(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE|COMMIT|BEGIN)\b')
CALL = re.compile(r'\b(?:mysql_\w*query|sqlite3_(?:exec|prepare)\w*|PQ\w*exec\w*|\w*Db(?:Do|Fetch)\w*)\s*\('
                  r'|\w*[dD]b\w*(?:\.|->)(?:push|fetch|exec\w*|query)\s*\(')


def sites(root):
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            if not name.endswith((".cpp", ".cc", ".h", ".hpp")):
                continue
            path = os.path.join(folder, name)
            with open(path, errors="replace") as source:
                for number, line in enumerate(source, 1):
                    if VERB.search(line) or CALL.search(line):
                        yield os.path.relpath(path, root), number, line.strip()


def sample(root, count=60, seed=20240229):
    everything = sorted(sites(root))
    random.Random(seed).shuffle(everything)
    return sorted(everything[:count]), len(everything)


if __name__ == "__main__":
    chosen, of = sample(sys.argv[1], *(int(a) for a in sys.argv[2:4]))
    print(f"# {len(chosen)} of {of}")
    for file, line, text in chosen:
        print(f"{file}:{line}: {text}")
