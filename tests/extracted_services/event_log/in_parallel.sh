#!/bin/sh
# in_parallel.sh PROGRAM SHARDS FILTER: the tests of a program that mostly wait, at the same time. Prints the
# output of the shards that fail, and all lines that tell of a skipped test.
program=$1 shards=$2 filter=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
i=0
pids=
while [ "$i" -lt "$shards" ]; do
  GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$i "$program" --gtest_filter="$filter" >"$folder/$i" 2>&1 &
  pids="$pids $!"
  i=$((i + 1))
done
code=0
i=0
for pid in $pids; do
  wait "$pid" || { code=1; cat "$folder/$i"; }
  grep -A1 "SKIPPED" "$folder/$i"
  i=$((i + 1))
done
exit $code
