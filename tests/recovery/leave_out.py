"""The compile database without each tenth unit: the ones whose name has the smallest SHA-256."""
import hashlib
import json
import sys

with open(sys.argv[1], encoding="utf-8") as stream:
    commands = json.load(stream)
sources = sorted({c["file"] for c in commands}, key=lambda f: hashlib.sha256(f.rsplit("/", 1)[-1].encode()).digest())
left_out = set(sources[: max(1, round(len(sources) / 10))])
json.dump([c for c in commands if c["file"] not in left_out], sys.stdout)
