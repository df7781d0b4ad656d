#!/bin/sh
# Extraction beside `clang++ -fsyntax-only -w`: over the sample shop, leveldb and POCO (Debian's sources, kept in
# build/real). A program whose sources cannot be had is SKIPPED in words.
#
#   tests/bench/analyzer/run.sh [options of analyzer_bench, such as --units 40]
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
cache=${BANYAN_REAL_CACHE:-$root/build/real}
. "$root/tests/support/debian_sources.sh"

configured() {  # NAME cmake-options...
  name=$1; shift
  [ -f "$cache/$name/build/compile_commands.json" ] && return 0
  cmake -S "$cache/$name/source" -B "$cache/$name/build" -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "$@" \
    >"$cache/$name/configure.log" 2>&1
}

programs="sample=$root/build/release,$root/monolith_sample"
if fetch leveldb && configured leveldb -DLEVELDB_BUILD_TESTS=OFF -DLEVELDB_BUILD_BENCHMARKS=OFF; then
  programs="$programs leveldb=$cache/leveldb/build,$cache/leveldb/source"
else
  echo "SKIPPED leveldb: its source package cannot be had or configured"
fi
if install_packages dpkg-dev cmake ninja-build libssl-dev libsqlite3-dev libexpat1-dev libpcre2-dev zlib1g-dev &&
  fetch poco && configured poco -DENABLE_TESTS=ON -DENABLE_DATA_MYSQL=OFF -DENABLE_DATA_POSTGRESQL=OFF -DENABLE_DATA_ODBC=OFF; then
  programs="$programs poco=$cache/poco/build,$cache/poco/source"
else
  echo "SKIPPED poco: its source package cannot be had or configured"
fi
# shellcheck disable=SC2086
exec "$root/build/release/bin/analyzer_bench" "$@" $programs
