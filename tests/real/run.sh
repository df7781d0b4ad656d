#!/bin/sh
# Maps programs nobody here wrote: POCO and ZoneMinder from Debian's source packages.
#
#   tests/real/run.sh [poco|zoneminder|all]
#
# Checks that at least 99 % of the units the build compiles are parsed (the rest is listed with reasons), and that the
# tables found in ZoneMinder are those of its schema; 60 of its SQL sites, read by a person, are compared. Everything is kept in build/real; apt's own settings are not
# touched. Exit 0: passed, or SKIPPED in words because sources or packages cannot be had; 1: a check failed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${BANYAN_REAL_CACHE:-$root/build/real}
analyze=${BANYAN_ANALYZE:-$root/build/release/bin/banyan-analyze}
. "$root/tests/support/debian_sources.sh"

skip() { printf 'SKIPPED: %s\n' "$*"; exit 0; }

report() {
  name=$1
  "$analyze" map -p "$cache/$name/build" --root "$cache/$name/source" -o "$cache/$name/out" --max-failed-tus 100 -v \
    2>"$cache/$name/map.log" || { tail -20 "$cache/$name/map.log" >&2; return 1; }
  tail -12 "$cache/$name/map.log" >&2
}

check_coverage() {
  python3 "$here/coverage.py" "$cache/$1"
}

poco() {
  install_packages dpkg-dev python3 cmake ninja-build libssl-dev libsqlite3-dev libexpat1-dev libpcre2-dev zlib1g-dev ||
    skip "poco: packages to configure it cannot be installed"
  fetch poco || skip "poco: its source package cannot be had"
  [ -f "$cache/poco/build/compile_commands.json" ] || cmake -S "$cache/poco/source" -B "$cache/poco/build" -G Ninja \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DENABLE_TESTS=ON -DENABLE_DATA_MYSQL=OFF -DENABLE_DATA_POSTGRESQL=OFF \
    -DENABLE_DATA_ODBC=OFF >"$cache/poco/configure.log" 2>&1 || { tail -5 "$cache/poco/configure.log"; skip "poco: cmake failed"; }
  report poco && check_coverage poco
}

zoneminder() {
  install_packages dpkg-dev python3 cmake ninja-build zlib1g-dev libjpeg62-turbo-dev libssl-dev default-libmysqlclient-dev \
    libavcodec-dev libavformat-dev libavutil-dev libswscale-dev libswresample-dev libpcre2-dev libcurl4-openssl-dev \
    libvncserver-dev libmosquitto-dev perl || skip "zoneminder: packages to configure it cannot be installed"
  fetch zoneminder || skip "zoneminder: its source package cannot be had"
  # As its debian/rules does: the git submodules come as components of the source package.
  (cd "$cache/zoneminder/source" && cp -ar RtspServer dep/ && cp -ar Crud CakePHP-Enum-Behavior web/api/app/Plugin/)
  [ -f "$cache/zoneminder/build/compile_commands.json" ] || cmake -S "$cache/zoneminder/source" \
    -B "$cache/zoneminder/build" -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DZM_NO_PRPOLKIT=ON -DZM_NO_POLKIT=ON \
    -DZM_WEB_USER=nobody -DZM_WEB_GROUP=nogroup >"$cache/zoneminder/configure.log" 2>&1 ||
    { tail -5 "$cache/zoneminder/configure.log"; skip "zoneminder: cmake failed"; }
  report zoneminder && check_coverage zoneminder && python3 "$here/tables.py" "$cache/zoneminder" &&
    python3 "$here/sql_sites.py" "$cache/zoneminder" "$root/tests/truth/zoneminder_sql.yaml"
}

[ -x "$analyze" ] || skip "banyan-analyze is not built ($analyze)"
case ${1:-all} in
  poco|zoneminder) "$1" ;;
  all) (poco) && (zoneminder) ;;
  *) say "usage: tests/real/run.sh [poco|zoneminder|all]"; exit 2 ;;
esac
