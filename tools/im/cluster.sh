# The cluster of the demo: which daemons, which ports, in which order.

# daemon PROGRAM INDEX "kind=default..." ARGUMENTS...: gives ports, writes them down, starts.
daemon() {
  local program=$1 name=$1-$2 kinds=$3 first=$2 kind flag default args=() ports=""
  shift 3
  for kind in $kinds; do
    flag=${kind%%=*}
    default=${kind##*=}
    [ "$first" = 1 ] || default=21000
    free_port "$default"
    args+=("--$flag=$PORT")
    ports+="${flag} $PORT"$'\n'
    [ "$first" = 1 ] && [ "$PORT" != "$default" ] && say "port $default is taken: $name uses $PORT for $flag"
  done
  mkdir -p "$RUN/ports"
  printf '%s' "$ports" >"$RUN/ports/$name"
  spawn "$name" "$(program_path "$program")" --node.name="$name" "${args[@]}" "$@"
}
# Tests put a build with planted faults in the place of job: IM_JOB=PATH.
program_path() { if [ "$1" = job ]; then echo "${IM_JOB:-$BIN/job}"; else echo "$BIN/$1"; fi; }
port_of() { awk -v k="$2" '$1 == k {print $2}' "$RUN/ports/$1" 2>/dev/null; }

start_kafka() {
  case $1 in
    dev)
      rm -f "$RUN/bootstrap"
      spawn kafka "$BIN/im-devkafka" --bootstrap-file "$RUN/bootstrap" --control "unix:$RUN/kafka.sock"
      KAFKA="--kafka.bootstrap_file=$RUN/bootstrap"
      ;;
    real)
      free_port 9092
      "$ROOT/deploy/kafka/kafka.sh" start --dir "$RUN/kafka" --port "$PORT"
      printf '%s' "$PORT" >"$RUN/kafka.port"
      KAFKA="--kafka.brokers=127.0.0.1:$PORT"
      ;;
    *:*) KAFKA="--kafka.brokers=$1" ;;
    *) say_error "--kafka takes dev, real or HOST:PORT, not \"$1\""; exit 2 ;;
  esac
}

daemon_ready() { curl -sf -m 2 -o /dev/null "http://127.0.0.1:$(port_of "$1" ops.port)/healthz/ready"; }
names() { [ -d "$RUN/pid" ] && (cd "$RUN/pid" && ls) || true; }

wait_ready() {
  local name
  for name in $(names); do
    [ "$name" = kafka ] && continue
    printf '   %-12s' "$name"
    for _ in $(seq 300); do
      daemon_ready "$name" && break
      pid_of "$name" >/dev/null || { say "ended; its log:"; tail -n 5 "$RUN/log/$name.log"; return 1; }
      sleep 0.2
    done
    if daemon_ready "$name"; then say "ready"; else say "NOT ready: $RUN/log/$name.log"; return 1; fi
  done
}

# What to try, once everything is ready.
print_welcome() {
  local api
  api=127.0.0.1:$(port_of logic-1 http.push_port)
  cat <<EOF

The cluster is up. Watch a room in one terminal:
  $BIN/imctl watch --tcp 127.0.0.1:$(port_of comet-1 tcp.port) --room live://1
and push to it from another:
  $BIN/imctl push room live://1 hello --api http://$api
or with any HTTP client:
  curl -d 'hello' 'http://$api/goim/push/room?operation=1000&type=live&room=1'
What runs, as the router sees it:
  $BIN/imctl nodes --admin http://127.0.0.1:$(port_of logic-1 ops.port)
Logs: $RUN/log   What runs: ./im status   End: ./im stop
EOF
}

cmd_demo() {
  local comets=1 logics=1 jobs=1 kafka=dev detach=0 yes=0 reset=0 i logic_addresses=""
  while [ $# -gt 0 ]; do
    case $1 in
      --comets) comets=$2; shift ;;
      --logics) logics=$2; shift ;;
      --jobs) jobs=$2; shift ;;
      --kafka) kafka=$2; shift ;;
      --routers) [ "$2" = 1 ] || { say_error "several routers need the Redis store, which is not built yet: use --routers 1"; exit 2; }; shift ;;
      --redis) [ "$2" = none ] || { say_error "the Redis store is not built yet: use --redis none"; exit 2; }; shift ;;
      --detach) detach=1 ;;
      --reset) reset=1 ;;
      --yes) yes=1 ;;
      *) say_error "unknown flag \"$1\""; usage >&2; exit 2 ;;
    esac
    shift
  done
  local packages=("${PROGRAM_PACKAGES[@]}")
  [ "$kafka" = real ] && packages+=("${KAFKA_PACKAGES[@]}")
  local begin=$SECONDS installed built
  install_packages "$yes" "${packages[@]}"
  installed=$SECONDS
  [ -n "${IM_NO_BUILD:-}" ] || build_preset "$PRESET" OFF demo
  built=$SECONDS
  cmd_stop
  [ $reset = 1 ] && rm -rf "$RUN"
  mkdir -p "$RUN"
  say_step "starting"
  start_kafka "$kafka"
  daemon router 1 "ops.port=3130 grpc.port=3129"
  local router
  router=127.0.0.1:$(port_of router-1 grpc.port)
  for i in $(seq "$logics"); do
    daemon logic "$i" "ops.port=3112 grpc.port=3119 http.push_port=3111 http.public_port=3113" "$KAFKA" --router.addresses="$router" ${IM_LOGIC_FLAGS:-}
    logic_addresses+="${logic_addresses:+,}127.0.0.1:$(port_of "logic-$i" grpc.port)"
  done
  for i in $(seq "$jobs"); do daemon job "$i" "ops.port=3140" "$KAFKA" --router.addresses="$router"; done
  for i in $(seq "$comets"); do
    daemon comet "$i" "ops.port=3110 grpc.port=3109 tcp.port=3101 ws.port=3102 v1_tcp.port=3105 v1_ws.port=3106 v1_0_ws.port=3107" --logic.addresses="$logic_addresses" ${IM_COMET_FLAGS:-}
  done
  wait_ready || return 1
  say "install $((installed - begin)) s, build $((built - installed)) s, start $((SECONDS - built)) s"
  [ -n "${IM_TEST_CLUSTER:-}" ] || print_welcome
  [ $detach = 1 ] && return 0
  say "Ctrl-C stops everything."
  trap 'cmd_stop; exit 0' INT TERM
  while :; do sleep 1; done
}

cmd_stop() {
  local name order
  for order in comet job logic router kafka; do
    for name in $(names); do
      [[ $name == $order* ]] || continue
      end_process "$name" TERM
      rm -f "$RUN/pid/$name"
    done
  done
  if [ -f "$RUN/kafka.port" ]; then
    "$ROOT/deploy/kafka/kafka.sh" stop --dir "$RUN/kafka" || true
    rm -f "$RUN/kafka.port"
  fi
}

cmd_start() {
  local name found=0
  for name in $([ -d "$RUN/cmd" ] && (cd "$RUN/cmd" && ls)); do
    [ -n "${1:-}" ] && [ "$1" != "$name" ] && continue
    found=1
    pid_of "$name" >/dev/null && continue
    eval "spawn $name $(cat "$RUN/cmd/$name")"
    say "started $name"
  done
  [ $found = 1 ] || { say_error "no such process${1:+: \"$1\"}; ./im demo starts a cluster"; exit 1; }
}

cmd_kill() {
  local pid
  pid=$(pid_of "${1:?name a process, see ./im status}") || { say_error "$1 is not running"; exit 1; }
  kill -9 "$pid"
  say "killed $1 (pid $pid)"
}

cmd_logs() { tail -n 20 -F "$RUN"/log/"${1:-*}".log; }

cmd_status() {
  local name pid ready all=true items="" ports
  for name in $(names); do
    pid=$(pid_of "$name") || pid=null
    ready=false
    if [ "$pid" != null ]; then
      if [ "$name" = kafka ] || daemon_ready "$name"; then ready=true; fi
    fi
    [ $ready = true ] || all=false
    ports=$(awk '{n=$1; sub(/\.port$/, "", n); printf "%s\"%s\":%s", sep, n, $2; sep=","}' "$RUN/ports/$name" 2>/dev/null || true)
    items+="${items:+,}{\"name\":\"$name\",\"pid\":$pid,\"ready\":$ready,\"ports\":{$ports},\"log\":\"$RUN/log/$name.log\"}"
    [ "${1:-}" = --json ] || printf '%-10s pid %-8s %-9s %s\n' "$name" "$pid" "$([ $ready = true ] && echo ready || echo "not ready")" "$ports"
  done
  if [ -f "$RUN/kafka.port" ]; then
    items+="${items:+,}{\"name\":\"kafka\",\"pid\":null,\"ready\":true,\"ports\":{\"kafka\":$(cat "$RUN/kafka.port")},\"log\":\"$RUN/kafka\"}"
  fi
  [ -n "$items" ] || all=false
  if [ "${1:-}" = --json ]; then printf '{"ready":%s,"daemons":[%s]}\n' $all "$items"; elif [ -z "$items" ]; then say "nothing runs; ./im demo starts a cluster"; fi
}
