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
      keep_flag kafka "--kafka.bootstrap_file=$RUN/bootstrap"
      ;;
    real)
      free_port 9092
      "$ROOT/deploy/kafka/kafka.sh" start --dir "$RUN/kafka" --port "$PORT"
      printf '%s' "$PORT" >"$RUN/kafka.port"
      keep_flag kafka "--kafka.brokers=127.0.0.1:$PORT"
      ;;
    *:*) keep_flag kafka "--kafka.brokers=$1" ;;
  esac
}

# local: a server of our own, in memory only.
start_redis() {
  case $1 in
    none) keep_flag redis "" ;;
    local)
      free_port 6379
      mkdir -p "$RUN/redis" "$RUN/ports"
      printf 'redis %s\n' "$PORT" >"$RUN/ports/redis"
      spawn redis redis-server --port "$PORT" --bind 127.0.0.1 --save "" --appendonly no --dir "$RUN/redis"
      keep_flag redis "--redis.addresses=127.0.0.1:$PORT"
      ;;
    *:*) keep_flag redis "--redis.addresses=$1" ;;
  esac
}

# is_ready NAME: it runs and does its work. Of im-devkafka its file tells.
is_ready() {
  pid_of "$1" >/dev/null || return 1
  case $1 in
    kafka) [ -s "$RUN/bootstrap" ] ;;
    turn) ss -Hlun "sport = :$(port_of turn turn)" | grep -q . ;;
    redis) [ "$(redis-cli -p "$(port_of redis redis)" ping 2>/dev/null)" = PONG ] ;;
    *) curl -sf -m 2 -o /dev/null "http://127.0.0.1:$(port_of "$1" ops.port)/healthz/ready" ;;
  esac
}
names() { [ -d "$RUN/pid" ] && (cd "$RUN/pid" && ls) || true; }

# missing_of NAME: what a daemon waits for, in its own words.
missing_of() { curl -s -m 2 "http://127.0.0.1:$(port_of "$1" ops.port)/healthz/ready" 2>/dev/null | tr -d '\n'; }

wait_ready_one() {
  printf '   %-12s' "$1"
  for _ in $(seq 300); do
    is_ready "$1" && { say "ready"; return 0; }
    pid_of "$1" >/dev/null || { say "ended; its log:"; tail -n 5 "$RUN/log/$1.log"; return 1; }
    sleep 0.2
  done
  say "NOT ready: $(missing_of "$1"); its log: $RUN/log/$1.log"
  return 1
}
wait_ready() {
  local name
  for name in $(names); do wait_ready_one "$name" || return 1; done
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
Tokens of two users (identity open: clients say who they are), for imctl watch --token or op 7:
  user 1: {"mid":1,"key":"one","room_id":"live://1","platform":"web","accepts":[1000]}
  user 2: {"mid":2,"key":"two","room_id":"live://1","platform":"web","accepts":[1000]}
EOF
  print_key 1
  cat <<EOF
What runs, as the router sees it:
  $BIN/imctl nodes --admin http://127.0.0.1:$(port_of logic-1 ops.port)
Logs: $RUN/log   What runs: ./im status   End: ./im stop
EOF
}

# check_reachable FLAG WHAT HOST:PORT[,...]: somebody listens at one of them. Who does not is waited for in vain.
check_reachable() {
  local place
  [[ $3 = *:* ]] || return 0
  for place in ${3//,/ }; do
    timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "${place%:*}" "${place##*:}" 2>/dev/null && return 0
  done
  say_error "$1: no $2 takes connections at $3; start it first, or leave $1 out"
  return 2
}

# check_demo_flags KAFKA REDIS ROUTERS LOGICS JOBS COMETS: before anything that runs is touched.
check_demo_flags() {
  local count
  [[ $1 =~ ^(dev|real|.+:[0-9]+)$ ]] || { say_error "--kafka takes dev, real or HOST:PORT, not \"$1\""; return 2; }
  [[ $2 =~ ^(none|local|.+:[0-9]+)$ ]] || { say_error "--redis takes none, local or HOST:PORT, not \"$2\""; return 2; }
  for count in "${@:3}"; do
    [[ $count =~ ^[1-9][0-9]?$ ]] || { say_error "--routers, --logics, --jobs and --comets take 1 to 99, not \"$count\""; return 2; }
  done
  check_reachable --kafka Kafka "$1" || return 2
  check_reachable --redis Redis "$2" || return 2
  [ "$2" != none ] || [ "$3" = 1 ] && return 0
  say_error "several routers share their state through Redis: add --redis local or --redis HOST:PORT, or use --routers 1"
  return 2
}

# default_accounts LOGICS: the demo has users and pages unless it is a test's cluster, or has several logics without a common store.
default_accounts() { if [ "$1" = 1 ] && [ -z "${IM_TEST_CLUSTER:-}" ]; then echo 1; else echo 0; fi; }

cmd_demo() {
  local comets=1 logics=1 jobs=1 routers=1 kafka=dev redis=none detach=0 yes=0 reset=0 accounts=auto calls=1 web=1 users i
  while [ $# -gt 0 ]; do
    case $1 in
      --comets) need_value "$@"; comets=$2; shift ;;
      --logics) need_value "$@"; logics=$2; shift ;;
      --jobs) need_value "$@"; jobs=$2; shift ;;
      --routers) need_value "$@"; routers=$2; shift ;;
      --kafka) need_value "$@"; kafka=$2; shift ;;
      --redis) need_value "$@"; redis=$2; shift ;;
      --detach) detach=1 ;;
      --reset) reset=1 ;;
      --accounts | --open)
        users=$([ "$1" = --accounts ] && echo 1 || echo 0)
        [ "$accounts" = auto ] || [ "$accounts" = "$users" ] || { say_error "--accounts and --open exclude each other"; exit 2; }
        accounts=$users
        ;;
      --no-web) web=0 ;;
      --no-calls) calls=0 ;;
      --yes) yes=1 ;;
      *) unknown "flag of ./im demo" "$1" --comets --logics --jobs --routers --kafka --redis --detach --reset --accounts --open --no-calls --no-web --yes ;;
    esac
    shift
  done
  if [ $accounts = auto ]; then
    accounts=$(default_accounts "$logics")
    [ "$accounts" = 1 ] || [ "$logics" = 1 ] || say "no accounts and no pages: they are kept in SQLite, which serves one logic (--logics 1)"
  fi
  [ $accounts = 1 ] || web=0
  [ $accounts = 0 ] || [ "$logics" = 1 ] || { say_error "--accounts keeps its users in SQLite, which serves one logic"; exit 2; }
  check_demo_flags "$kafka" "$redis" "$routers" "$logics" "$jobs" "$comets" || exit 2
  local packages=("${PROGRAM_PACKAGES[@]}")
  [ "$kafka" = real ] && packages+=("${KAFKA_PACKAGES[@]}")
  [ "$redis" = local ] && packages+=("${REDIS_PACKAGES[@]}")
  [ $accounts = 1 ] && [ $calls = 1 ] && packages+=("${CALLS_PACKAGES[@]}")
  [ $web = 1 ] && packages+=("${WEB_PACKAGES[@]}")
  local begin=$SECONDS installed built
  install_packages "$yes" "${packages[@]}"
  installed=$SECONDS
  [ -n "${IM_NO_BUILD:-}" ] || build_demo "$PRESET" "$web"
  built=$SECONDS
  cmd_stop
  [ $reset = 1 ] && rm -rf "$RUN"
  rm -rf "$RUN/cmd" "$RUN/ports" "$RUN/flags"  # of the cluster before
  mkdir -p "$RUN"
  say_step "starting"
  [ $accounts = 0 ] || IM_LOGIC_FLAGS="$(accounts_flags) ${IM_LOGIC_FLAGS:-}"
  [ $web = 0 ] || IM_LOGIC_FLAGS="$(web_flags) ${IM_LOGIC_FLAGS:-}"
  [ $accounts = 0 ] || IM_LOGIC_FLAGS="--webim.enabled=true $IM_LOGIC_FLAGS"
  [ $web = 0 ] || IM_LOGIC_FLAGS="$(admin_flags) $IM_LOGIC_FLAGS"
  [ -n "${IM_TEST_CLUSTER:-}" ] || IM_LOGIC_FLAGS="$(demo_key) ${IM_LOGIC_FLAGS:-}"
  [ $accounts = 0 ] || keep_flag pages 1
  [ $accounts = 0 ] || [ $calls = 0 ] || start_turn
  keep_flag logic "${IM_LOGIC_FLAGS:-}"
  keep_flag router "${IM_ROUTER_FLAGS:-}"
  keep_flag job "${IM_JOB_FLAGS:-}"
  keep_flag comet "${IM_COMET_FLAGS:-}"
  start_kafka "$kafka"
  start_redis "$redis"
  for i in $(seq "$routers"); do IM_ROUTER__REGISTRY__FIRST_START=true start_member router "$i"; done
  for i in $(seq "$logics"); do start_member logic "$i"; done
  for i in $(seq "$jobs"); do start_member job "$i"; done
  for i in $(seq "$comets"); do start_member comet "$i"; done
  wait_ready || return 1
  say "install $((installed - begin)) s, build $((built - installed)) s, start $((SECONDS - built)) s"
  [ $web = 1 ] || [ $accounts = 0 ] || say "no pages (--no-web)"
  if [ $accounts = 1 ]; then print_users $web; [ $web = 0 ] || print_admin; elif [ -z "${IM_TEST_CLUSTER:-}" ]; then print_welcome; fi
  [ $detach = 1 ] && return 0
  say "Ctrl-C stops everything."
  trap 'cmd_stop; exit 0' INT TERM
  while :; do sleep 1; done
}
