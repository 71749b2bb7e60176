# Members of the cluster: how each is started, one more, one less. What all need to know of Kafka and Redis is kept in $RUN/flags.

# keep_flag NAME FLAG: for members that come later; flag_of NAME prints it.
keep_flag() { mkdir -p "$RUN/flags"; printf '%s' "$2" >"$RUN/flags/$1"; }
flag_of() { cat "$RUN/flags/$1" 2>/dev/null || true; }

# addresses_of KIND PORT-KEY: "127.0.0.1:P,..." of all that were started.
addresses_of() {
  local name port list=""
  for name in $(names); do
    [[ $name == $1-* ]] && port=$(port_of "$name" "$2") && [ -n "$port" ] && list+="${list:+,}127.0.0.1:$port"
  done
  printf '%s' "$list"
}

# write_logics: the logics of all comets, in a file that they read again at SIGHUP; prints its path.
write_logics() {
  local file=$RUN/logics.toml list between='", "'
  list=$(addresses_of logic grpc.port)
  printf '[logic]\naddresses = ["%s"]\n' "${list//,/$between}" >"$file.new"
  mv "$file.new" "$file"
  printf '%s' "$file"
}

# tell_comets: that there is one logic more or less.
tell_comets() {
  local name pid
  write_logics >/dev/null
  for name in $(names); do
    is_member "$name" comet && pid=$(pid_of "$name") && kill -HUP "$pid"
  done
  return 0
}

# start_member KIND INDEX. The first of a kind has the default ports. IM_..._FLAGS: more flags, for tests. Whoever comes later is set up as
# the logics, jobs, … that the demo began with.
start_member() {
  local kafka redis routers origins
  kafka=$(flag_of kafka)
  redis=$(flag_of redis)
  routers=$(addresses_of router grpc.port)
  case $1 in
    router) daemon router "$2" "ops.port=3130 grpc.port=3129" ${redis:+"$redis"} ${IM_ROUTER_FLAGS:-$(flag_of router)} ;;
    logic)
      daemon logic "$2" "ops.port=3112 grpc.port=3119 http.push_port=3111 http.public_port=3113 admin.port=3114" "$kafka" --router.addresses="$routers" \
        ${IM_LOGIC_FLAGS:-$(flag_of logic)}
      ;;
    job) daemon job "$2" "ops.port=3140" "$kafka" --router.addresses="$routers" ${IM_JOB_FLAGS:-$(flag_of job)} ;;
    comet)
      origins=$(page_origins)
      daemon comet "$2" "ops.port=3110 grpc.port=3109 tcp.port=3101 ws.port=3102 v1_tcp.port=3105 v1_ws.port=3106 v1_0_ws.port=3107 webim.port=3108 ${IM_COMET_PORTS:-}" \
        --config="$(write_logics)" ${origins:+"--ws.origins=$origins"} ${IM_COMET_FLAGS:-$(flag_of comet)}
      write_comets
      ;;
  esac
}

# needs_redis ROUTERS: several routers are one only through a shared store.
needs_redis() {
  [ "$1" -le 1 ] || [ -n "$(flag_of redis)" ] && return 0
  say_error "several routers share their state through Redis: start the cluster with --redis local or --redis HOST:PORT"
  return 2
}

# serves_several: SQLite is for one logic. A second one without the store would let anybody in as anybody.
serves_several() {
  [[ $(flag_of logic) == *store.dsn=sqlite:* ]] || return 0
  say_error "the users of this cluster are kept in SQLite, which serves one logic; ./im demo --open --logics 2 has several, and docs/store.md says how they share a MariaDB"
  return 2
}

# is_member NAME KIND...: NAME is KIND-NUMBER.
is_member() {
  local kind
  for kind in "${@:2}"; do [[ $1 =~ ^$kind-[0-9]+$ ]] && return 0; done
  return 1
}

next_index() {
  local name last=0
  for name in $(names); do
    is_member "$name" "$1" && [ "${name##*-}" -gt "$last" ] && last=${name##*-}
  done
  echo $((last + 1))
}

cmd_add() {
  local kind=${1:-} index
  only_words add 1 "$@"
  case $kind in
    router | logic | job | comet) ;;
    *) say_error "add takes router, logic, job or comet, not \"$kind\""; exit 2 ;;
  esac
  [ -n "$(names)" ] || { say_error "nothing runs; ./im demo starts a cluster"; exit 1; }
  index=$(next_index "$kind")
  [ "$kind" != router ] || needs_redis "$index" || exit 2
  [ "$kind" != logic ] || serves_several || exit 2
  # Not the ports of one that was killed and may be started again.
  GIVEN+="$(awk '{printf "%s ", $2}' "$RUN"/ports/*)"
  start_member "$kind" "$index"
  wait_ready_one "$kind-$index" >&2 || exit 1
  [ "$kind" != logic ] || tell_comets
  say "$kind-$index"
}

# without_any KIND: what becomes of a cluster whose last member of this kind goes.
without_any() {
  case $1 in
    router) say "no client could log in, no push would find anybody, and without --redis all sessions are forgotten" ;;
    logic) say "no client could log in, and no push would be accepted" ;;
    job) say "pushes would wait in Kafka and reach nobody" ;;
    comet) say "all clients would be disconnected, and none could come back" ;;
  esac
}

# other_runs NAME: another one of its kind does.
other_runs() {
  local name
  for name in $(names); do
    is_member "$name" "${1%-*}" && [ "$name" != "$1" ] && pid_of "$name" >/dev/null && return 0
  done
  return 1
}

# leave_out_logic NAME: comets go on with the others. Without any they keep the addresses that they have, until one comes.
leave_out_logic() {
  rm -f "$RUN/cmd/$1" "$RUN/ports/$1"
  [ -z "$(addresses_of logic grpc.port)" ] || tell_comets
}

# cmd_remove [--force] NAME: the last of a kind that runs only with --force.
cmd_remove() {
  local name kind word words=() force=0
  for word in "$@"; do
    if [ "$word" = --force ]; then force=1; else words+=("$word"); fi
  done
  only_words remove 1 "${words[@]}"
  name=${words[0]:-}
  kind=${name%-*}
  if ! is_member "$name" router logic job comet || [ ! -f "$RUN/cmd/$name" ]; then
    say_error "remove takes a router, logic, job or comet that ./im status lists, not \"$name\""
    exit 2
  fi
  if [ $force = 0 ] && ! other_runs "$name"; then
    say_error "$name is the last $kind that runs: without it $(without_any "$kind"). ./im add $kind first, ./im stop to end all, or ./im remove --force $name"
    exit 2
  fi
  [ "$kind" != logic ] || leave_out_logic "$name"
  end_process "$name" TERM
  rm -f "$RUN/pid/$name" "$RUN/cmd/$name" "$RUN/ports/$name"
  [ "$kind" != comet ] || write_comets
  say "removed $name"
}
