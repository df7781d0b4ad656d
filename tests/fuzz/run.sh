#!/usr/bin/env bash
# run.sh BUILD SECONDS JOBS: every target of BUILD/fuzz_seeds.txt for so long, JOBS at once, from the repository's root.
# BUILD gets a log of each, the inputs that reached something new (corpus/) and those that failed (findings/).
# All targets run, whatever fails; exit 1 when one did.
set -euo pipefail
build=$1 seconds=$2 jobs=$3
declare -A target_of=()  # by process
ended=0 failed=()

start_one() {  # TARGET SEEDS
  local corpus=$build/corpus/$1 findings=$build/findings/$1
  mkdir -p "$corpus" "$findings" "$build/log"
  "$build/bin/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$findings/" "$corpus" "$2" >"$build/log/$1.log" 2>&1 &
  target_of[$!]=$1
}

tell_failure() {  # TARGET EXIT
  local log=$build/log/$1.log
  echo "$1 FAILED (exit $2). The last lines of $log:"
  grep -v '^#[0-9]' "$log" | tail -n 40 | sed 's/^/  | /'
  echo "  reproducer: $(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1 | grep . || echo "none was written")"
  echo "  again:      $build/bin/$1 REPRODUCER"
}

wait_for_one() {
  local rc=0 process name runs
  wait -n -p process || rc=$?
  name=${target_of[$process]}
  unset "target_of[$process]"
  ended=$((ended + 1))
  if [ "$rc" -ne 0 ]; then
    failed+=("$name")
    tell_failure "$name" "$rc"
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/log/$name.log")
  echo "[$ended/$total] $name: ${runs:-unknown} runs;" \
    "about $(((total - ended + jobs - 1) / jobs * seconds)) s to go"
}

mapfile -t lines <"$build/fuzz_seeds.txt"
total=${#lines[@]}
echo "--- $total fuzz targets, $seconds s each, $jobs at once: about $(((total + jobs - 1) / jobs * seconds)) s"
for line in "${lines[@]}"; do
  [ "${#target_of[@]}" -lt "$jobs" ] || wait_for_one
  # shellcheck disable=SC2086
  start_one $line
done
while [ "${#target_of[@]}" -gt 0 ]; do wait_for_one; done
[ ${#failed[@]} -eq 0 ] || { echo "FAILED: ${failed[*]}"; exit 1; }
echo "All fuzz targets held."
