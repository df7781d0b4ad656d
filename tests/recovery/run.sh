#!/bin/sh
# Can the division that a program's authors made be found again? Maps programs from Debian's source packages and
# prints how near the contexts come to tests/truth/NAME.json, at each tier, beside rows that need no analysis.
#
#   tests/recovery/run.sh [NAME|reverse|all]
#
# Checks, on every program:
#   1. T1 (no folders) has a higher ARI than one group, singletons and connected components, and than the folder
#      copy unless folders are the truth;
#   2. T2 is not worse than the folder copy;
#   3. leaving out each tenth unit moves at most 10 % of the other files (T1 and T2).
# A check that fails is printed and the exit is 1.
# reverse: four independent libraries in one tree, asked for back: at T1 and asked for four groups, not worse than any
# trivial row. BANYAN_TRUTH_DIR: a folder whose NAME.json is taken instead of ours. Everything is kept in build/recovery. A program
# whose sources or packages cannot be had is SKIPPED in words.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${BANYAN_RECOVERY_CACHE:-$root/build/recovery}
analyze=${BANYAN_ANALYZE:-$root/build/release/bin/banyan-analyze}
. "$root/tests/support/debian_sources.sh"
. "$here/programs.sh"
failed=0

skipped() { printf 'SKIPPED %s: %s\n\n' "$1" "$2"; }

configure() {
  [ -f "$cache/$1/build/compile_commands.json" ] && return 0
  cmake -S "$cache/$1/source" -B "$cache/$1/build" -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON $options \
    >"$cache/$1/configure.log" 2>&1
}

# map_tree BUILD ROOT OUT
map_tree() {
  "$analyze" map -p "$1" --root "$2" -o "$3" --no-config --max-failed-tus 100 --progress none 2>"$3.log" ||
    { tail -5 "$3.log" >&2; return 1; }
}

# The map again without each tenth unit; the facts on file are taken over, so nothing is parsed.
map_nine_tenths() {
  mkdir -p "$3.part/build" && cp "$3/banyan.db" "$3.part/banyan.db"
  python3 "$here/leave_out.py" "$1/compile_commands.json" >"$3.part/build/compile_commands.json"
  map_tree "$3.part/build" "$2" "$3.part"
}

# scored TITLE TRUTH OUT FOLDERS
scored() {
  "$analyze" score -o "$3" --truth "$2" --format json >"$3.full.json"
  for tier in t1 t2; do
    "$analyze" score -o "$3" --truth "$2" --tier $tier --format rsf >"$3.$tier.rsf"
    "$analyze" score -o "$3.part" --truth "$3.$tier.rsf" --tier $tier --format json >"$3.$tier.part.json"
  done
  python3 "$here/judge.py" "$1" "$3" "$4" || failed=1
}

recover() {
  name=$1
  "program_$name"
  install_packages dpkg-dev cmake ninja-build python3 $depends || { skipped "$name" "packages it needs cannot be installed"; return 0; }
  fetch "$package" || { skipped "$name" "its source package cannot be had"; return 0; }
  configure "$name" || { skipped "$name" "cmake failed, see $cache/$name/configure.log"; return 0; }
  map_tree "$cache/$name/build" "$cache/$name/source" "$cache/$name/out" &&
    map_nine_tenths "$cache/$name/build" "$cache/$name/source" "$cache/$name/out" || { failed=1; return 0; }
  truth=${BANYAN_TRUTH_DIR:-$root/tests/truth}/$name.json
  [ -f "$truth" ] || truth=$root/tests/truth/$name.json
  scored "$name" "$truth" "$cache/$name/out" "$folders"
}

reverse() {
  for name in leveldb box2d abseil taglib; do
    "program_$name"
    install_packages dpkg-dev cmake ninja-build python3 $depends && fetch "$package" && configure "$name" ||
      { skipped reverse "$name cannot be had"; return 0; }
    mkdir -p "$cache/reverse/tree"
    [ -d "$cache/reverse/tree/$name" ] || cp -r "$cache/$name/source" "$cache/reverse/tree/$name"
  done
  python3 "$here/merge_trees.py" "$cache" leveldb box2d abseil taglib
  map_tree "$cache/reverse/build" "$cache/reverse/tree" "$cache/reverse/out" &&
    map_nine_tenths "$cache/reverse/build" "$cache/reverse/tree" "$cache/reverse/out" || { failed=1; return 0; }
  "$analyze" score -o "$cache/reverse/out" --truth "$cache/reverse/truth.rsf" --groups 4 --format json \
    >"$cache/reverse/out.asked.json"
  scored reverse "$cache/reverse/truth.rsf" "$cache/reverse/out" asked
}

[ -x "$analyze" ] || { say "banyan-analyze is not built ($analyze)"; exit 2; }
case ${1:-all} in
  all) for one in $all_programs; do recover "$one"; done; reverse ;;
  reverse) reverse ;;
  *) case " $all_programs " in
       *" $1 "*) recover "$1" ;;
       *) say "no program is called '$1'; known: $all_programs reverse"; exit 2 ;;
     esac ;;
esac
exit $failed
