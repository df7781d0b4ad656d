#!/usr/bin/env bash
# run.sh PROGRAM FOLDER: the conformance suite of the event log against a real Kafka broker, which this script
# obtains with Maven (as it is set up on this machine), starts on free ports of loopback and stops again.
# FOLDER keeps the jars. Exit 77: not possible here, and one line says why.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1
mkdir -p "$2"
jars=$(cd "$2" && pwd)
fetch_seconds=${BANYAN_KAFKA_FETCH_SECONDS:-180}

skip() {
  echo "SKIPPED: the event log was not tried against a real Kafka broker: $1"
  exit 77
}

fetch() {
  timeout "$fetch_seconds" mvn -B -q "$@" -f "$here/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$jars/jars" >"$jars/maven.log" 2>&1
}

case $(ldd "$program") in
  *librdkafka*) ;;
  *) skip "built without librdkafka" ;;
esac
command -v java >/dev/null || skip "there is no java (a runtime of version 11 or later is needed)"
if [ ! -f "$jars/complete" ]; then
  command -v mvn >/dev/null || skip "there is no mvn to fetch it with"
  fetch -o || fetch || skip "Maven could not fetch it within $fetch_seconds s: $(grep -m 1 ERROR "$jars/maven.log" | cut -c1-200)"
  touch "$jars/complete"
fi

folder=$(mktemp -d)
finish() {
  "$here/broker.sh" "$folder" stop || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
ln -s "$jars/jars" "$folder/jars"
perl -MIO::Socket::INET -e '
  my @taken = map { IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) } 1 .. 2;
  print join(" ", map { $_->sockport } @taken), "\n"' >"$folder/ports"
"$here/broker.sh" "$folder" start || skip "the broker did not start"
read -r port _ <"$folder/ports"
export BANYAN_KAFKA_BROKERS=127.0.0.1:$port BANYAN_KAFKA_CONTROL="$here/broker.sh $folder"
"$program" --gtest_filter='*/KafkaBroker:*KafkaBroker'
