"""One compile database and one truth for several programs put side by side in CACHE/reverse/tree."""
import json
import os
import sys

cache, names = sys.argv[1], sys.argv[2:]
commands = []
for name in names:
    with open(f"{cache}/{name}/build/compile_commands.json", encoding="utf-8") as stream:
        text = stream.read()
    commands += json.loads(text.replace(f"{cache}/{name}/source", f"{cache}/reverse/tree/{name}"))
os.makedirs(f"{cache}/reverse/build", exist_ok=True)
with open(f"{cache}/reverse/build/compile_commands.json", "w", encoding="utf-8") as out:
    json.dump(commands, out)
with open(f"{cache}/reverse/truth.rsf", "w", encoding="utf-8") as out:
    out.writelines(f"contain {name} {name}/\n" for name in names)
