#!/bin/sh
# Runs a real single-node Kafka 3.9 (KRaft) from Maven coordinates: needs mvn and java 17, no container.
set -eu

usage() {
  cat <<'TEXT'
kafka.sh: a real single-node Kafka 3.9 for the demo and for tests of durability

  kafka.sh fetch                                  download the jars (60 MB, once)
  kafka.sh start        [--dir DIR] [--port N]    start, wait until it answers, create the topic; again = no change
  kafka.sh stop         [--dir DIR]               stop cleanly, after 20 s by force
  kafka.sh status       [--dir DIR]               exit 0 when it runs and answers
  kafka.sh create-topic [--dir DIR] [--port N] [--topic NAME] [--partitions N]
  kafka.sh set-topic    [--dir DIR] [--port N] [--topic NAME] KEY=VALUE

  --dir DIR          data, logs, pid file and generated settings       (default ./kafka-data)
  --port N           clients; N + 1 is taken for the controller        (default 9092)
  --topic NAME       (default goim-push-topic)
  --partitions N     (default 8)

Exit: 0 ok, 1 failed, 2 usage. The data in DIR outlives a stop and a kill.
TEXT
}

die() { echo "kafka.sh: $*" >&2; exit 1; }
say() { echo "kafka.sh: $*"; }

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
command=${1:-}
[ $# -gt 0 ] && shift
dir=./kafka-data
port=
topic=goim-push-topic
partitions=8
setting=
while [ $# -gt 0 ]; do
  case $1 in
    --dir | --port | --topic | --partitions)
      [ $# -ge 2 ] || { echo "kafka.sh: $1 needs a value" >&2; exit 2; }
      case $1 in
        --dir) dir=$2 ;;
        --port) port=$2 ;;
        --topic) topic=$2 ;;
        --partitions) partitions=$2 ;;
      esac
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    [a-z]*=*)
      setting=$1
      shift
      ;;
    *) echo "kafka.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
  esac
done

cache=${IM_KAFKA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/webrtc-im/kafka}
classpath_file=$cache/classpath-$(cksum <"$here/pom.xml" | cut -d' ' -f1)

need() { command -v "$1" >/dev/null 2>&1 || die "$1 is missing: apt-get install $2"; }

pick_port() {
  # A running or stopped instance keeps the port that it was made with.
  if [ -z "$port" ]; then
    port=9092
    [ -f "$dir/port" ] && port=$(cat "$dir/port")
  fi
  case $port in '' | *[!0-9]*) echo "kafka.sh: --port $port: a number is needed" >&2; exit 2 ;; esac
}

fetch() {
  need java openjdk-17-jre-headless
  if [ -s "$classpath_file" ] && all_jars_there; then return 0; fi
  need mvn maven
  say "fetching Kafka 3.9 with Maven (60 MB, once) ..."
  mkdir -p "$cache"
  mvn -q -B -f "$here/pom.xml" dependency:build-classpath -Dmdep.outputFile="$classpath_file.tmp" >"$cache/fetch.log" 2>&1 ||
    { tail -n 20 "$cache/fetch.log" >&2; die "Maven failed; all of its output is in $cache/fetch.log"; }
  mv "$classpath_file.tmp" "$classpath_file"
}

all_jars_there() {
  tr ':' '\n' <"$classpath_file" | while read -r jar; do [ -f "$jar" ] || exit 1; done
}

run_class() { java -Xmx128m -XX:+UseSerialGC -Dlog4j.configuration="file:$dir/log4j-tool.properties" -cp "$(cat "$classpath_file")" "$@"; }

# The pid in the file may have been given to another program since.
running_pid() {
  [ -f "$dir/pid" ] || return 1
  pid=$(cat "$dir/pid")
  [ -n "$pid" ] && [ -r "/proc/$pid/cmdline" ] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "kafka.Kafka $dir/server.properties" || return 1
  echo "$pid"
}

answers() {
  if command -v kcat >/dev/null 2>&1; then
    kcat -b "127.0.0.1:$port" -L -m 2 2>/dev/null | grep -q "broker 1 at"
  else
    run_class org.apache.kafka.tools.TopicCommand --bootstrap-server "127.0.0.1:$port" --list >/dev/null 2>&1
  fi
}

write_settings() {
  cat >"$dir/server.properties" <<TEXT
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$dir/data
num.partitions=$partitions
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
# A push is a hint, its truth lies in the store: one hour bridges an outage of job.
log.retention.hours=1
log.segment.bytes=67108864
log.retention.check.interval.ms=60000
# After a kill the controller waits for the old broker's session: 1.5 s instead of 9.
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
TEXT
  cat >"$dir/log4j.properties" <<TEXT
log4j.rootLogger=WARN, file
log4j.logger.kafka.server.KafkaRaftServer=INFO
log4j.appender.file=org.apache.log4j.RollingFileAppender
log4j.appender.file.File=$dir/kafka.log
log4j.appender.file.MaxFileSize=5MB
log4j.appender.file.MaxBackupIndex=2
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=[%d] %p %m (%c)%n
TEXT
  cat >"$dir/log4j-tool.properties" <<TEXT
log4j.rootLogger=ERROR, stderr
log4j.appender.stderr=org.apache.log4j.ConsoleAppender
log4j.appender.stderr.Target=System.err
log4j.appender.stderr.layout=org.apache.log4j.PatternLayout
log4j.appender.stderr.layout.ConversionPattern=%p %m%n
TEXT
}

format_once() {
  [ -f "$dir/data/meta.properties" ] && return 0
  say "preparing the data folder $dir/data"
  id=$(run_class kafka.tools.StorageTool random-uuid)
  run_class kafka.tools.StorageTool format -t "$id" -c "$dir/server.properties" --ignore-formatted >"$dir/format.log" 2>&1 ||
    { cat "$dir/format.log" >&2; die "the data folder could not be prepared"; }
}

port_is_free() { ! (command -v ss >/dev/null 2>&1 && ss -Hltn "sport = :$1" | grep -q .); }

wait_until_ready() {
  say "waiting for Kafka (pid $1) to answer on 127.0.0.1:$port; after a kill this takes some seconds ..."
  tries=0
  until answers; do
    running_pid >/dev/null || { tail -n 20 "$dir/out.log" "$dir/kafka.log" >&2 2>/dev/null || :; die "Kafka ended; its log is $dir/kafka.log"; }
    tries=$((tries + 1))
    [ "$tries" -lt 240 ] || die "Kafka did not answer within a minute; its log is $dir/kafka.log"
    sleep 0.25
  done
}

create_topic() {
  if command -v kcat >/dev/null 2>&1 && kcat -b "127.0.0.1:$port" -L -m 2 2>/dev/null | grep -q "topic \"$topic\" with $partitions partitions"; then
    say "topic $topic is there, $partitions partitions"
    return 0
  fi
  run_class org.apache.kafka.tools.TopicCommand --bootstrap-server "127.0.0.1:$port" --create --if-not-exists \
    --topic "$topic" --partitions "$partitions" --replication-factor 1 >/dev/null || die "topic $topic could not be created"
  say "topic $topic created, $partitions partitions"
}

start() {
  fetch
  mkdir -p "$dir"
  dir=$(CDPATH='' cd -- "$dir" && pwd)
  pick_port
  if pid=$(running_pid); then
    [ "$port" = "$(cat "$dir/port")" ] || die "already runs on port $(cat "$dir/port") (pid $pid): stop it first"
    say "already runs (pid $pid)"
  else
    for p in "$port" $((port + 1)); do
      port_is_free "$p" || die "port $p is taken by another process (ss -ltnp shows by whom): choose another with --port"
    done
    write_settings
    format_once
    echo "$port" >"$dir/port"
    # A session of its own: the terminal's Ctrl-C must not reach it.
    setsid java -Xms256m -Xmx512m -XX:+UseSerialGC -Dlog4j.configuration="file:$dir/log4j.properties" \
      -cp "$(cat "$classpath_file")" kafka.Kafka "$dir/server.properties" </dev/null >"$dir/out.log" 2>&1 &
    pid=$!
    echo "$pid" >"$dir/pid"
  fi
  wait_until_ready "$pid"
  create_topic
  say "ready: 127.0.0.1:$port (pid $pid, data in $dir)"
}

stop() {
  [ -d "$dir" ] || { say "not running"; return 0; }
  dir=$(CDPATH='' cd -- "$dir" && pwd)
  pid=$(running_pid) || { rm -f "$dir/pid"; say "not running"; return 0; }
  say "stopping (pid $pid) ..."
  kill "$pid"
  tries=0
  while running_pid >/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 80 ] || { say "still there after 20 s: by force"; kill -9 "$pid" 2>/dev/null || :; break; }
    sleep 0.25
  done
  rm -f "$dir/pid"
  say "stopped"
}

status() {
  [ -d "$dir" ] || { say "not running"; return 1; }
  dir=$(CDPATH='' cd -- "$dir" && pwd)
  pick_port
  pid=$(running_pid) || { say "not running"; return 1; }
  answers || { say "runs (pid $pid) but does not answer on 127.0.0.1:$port"; return 1; }
  say "runs (pid $pid) and answers on 127.0.0.1:$port"
}

case $command in
  fetch) fetch && say "Kafka 3.9 is here" ;;
  start) start ;;
  stop) stop ;;
  status) status ;;
  create-topic)
    fetch
    [ -d "$dir" ] || die "no instance in $dir: start it first"
    dir=$(CDPATH='' cd -- "$dir" && pwd)
    pick_port
    create_topic
    ;;
  set-topic)
    fetch
    [ -d "$dir" ] || die "no instance in $dir: start it first"
    [ -n "$setting" ] || { echo "kafka.sh: set-topic needs KEY=VALUE" >&2; exit 2; }
    dir=$(CDPATH='' cd -- "$dir" && pwd)
    pick_port
    run_class kafka.admin.ConfigCommand --bootstrap-server "127.0.0.1:$port" --alter --entity-type topics --entity-name "$topic" \
      --add-config "$setting" >/dev/null || die "topic $topic: $setting could not be set"
    ;;
  -h | --help | help) usage ;;
  *) usage >&2; exit 2 ;;
esac
