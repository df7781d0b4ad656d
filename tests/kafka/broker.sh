#!/usr/bin/env bash
# broker.sh FOLDER start|stop: one Kafka broker (KRaft, no ZooKeeper) on loopback. FOLDER/jars has Kafka,
# FOLDER/ports the two ports it takes, FOLDER/data what it keeps. stop kills without warning: what it has
# acknowledged must be there after the next start.
set -eu
folder=$1
verb=$2
read -r port controller <"$folder/ports"

configure() {
  cat >"$folder/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=BROKER://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=BROKER://127.0.0.1:$port
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs=$folder/data
num.partitions=4
auto.create.topics.enable=true
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.flush.interval.messages=1
PROPERTIES
}

java_options=(-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$folder/jars/*")

case $verb in
  start)
    if [ ! -d "$folder/data" ]; then
      configure
      java "${java_options[@]}" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA -c "$folder/server.properties" \
        >"$folder/format.log" 2>&1
    fi
    # exec: the process that stop kills is the broker itself.
    (
      exec java "${java_options[@]}" kafka.Kafka "$folder/server.properties" \
        >>"$folder/broker.log" 2>&1 </dev/null
    ) &
    echo $! >"$folder/pid"
    tries=0
    # A connection means that the socket server is up; clients wait for the rest themselves.
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
      tries=$((tries + 1))
      if ! kill -0 "$(cat "$folder/pid")" 2>/dev/null || [ "$tries" -gt 600 ]; then
        tail -n 20 "$folder/broker.log" >&2
        exit 1
      fi
      sleep 0.2
    done
    ;;
  stop)
    pid=$(cat "$folder/pid")
    kill -KILL "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    ;;
esac
