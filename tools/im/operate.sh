# What an operator asks of a cluster that runs.

cmd_stop() {
  local name order
  for order in comet job logic router redis kafka turn; do
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
  only_words start 1 "$@"
  # After ./im stop no comet is left that a router would have to wait for.
  [ -n "$(names)" ] || local -x IM_ROUTER__REGISTRY__FIRST_START=true
  for name in $([ -d "$RUN/cmd" ] && (cd "$RUN/cmd" && ls)); do
    [ -n "${1:-}" ] && [ "$1" != "$name" ] && continue
    found=1
    pid_of "$name" >/dev/null && continue
    eval "spawn $name $(cat "$RUN/cmd/$name")"
    say "started $name"
  done
  [ $found = 1 ] || no_such_process "${1:-}"
}

# no_such_process NAME: ends with what there is.
no_such_process() {
  local there
  there=$(names | tr '\n' ' ')
  [ -n "$there" ] || { say_error "nothing runs; ./im demo starts a cluster"; exit 1; }
  say_error "${1:+there is no \"$1\"; }name one of: ${there% }"
  exit "${2:-1}"
}

cmd_kill() {
  local pid
  only_words kill 1 "$@"
  [ -n "${1:-}" ] || no_such_process "" 2
  [ -f "$RUN/cmd/$1" ] || no_such_process "$1"
  pid=$(pid_of "$1") || { say_error "$1 is not running; ./im start $1 starts it"; exit 1; }
  end_process "$1" KILL  # gone, so that ./im start right after it finds it so
  say "killed $1 (pid $pid)"
}

cmd_logs() {
  only_words logs 1 "$@"
  local files=("$RUN"/log/*.log)
  [ -z "${1:-}" ] || files=("$RUN/log/$1.log")
  [ -f "${files[0]}" ] || no_such_process "${1:-}"
  tail -n 20 -F "${files[@]}"
}

cmd_status() {
  local name pid ready all=true items="" ports json=0 word
  for word in "$@"; do
    [ "$word" = --json ] || unknown "flag of ./im status" "$word" --json
    json=1
  done
  [ $json = 1 ] || [ -z "$(names)" ] || printf '%-10s %-8s %-9s %s\n' NAME PID STATE PORTS
  for name in $(names); do
    pid=$(pid_of "$name") || pid=null
    ready=false
    is_ready "$name" && ready=true
    [ $ready = true ] || all=false
    ports=$(awk '{n=$1; sub(/\.port$/, "", n); printf "%s\"%s\":%s", sep, n, $2; sep=","}' "$RUN/ports/$name" 2>/dev/null || true)
    items+="${items:+,}{\"name\":\"$name\",\"pid\":$pid,\"ready\":$ready,\"ports\":{$ports},\"log\":\"$RUN/log/$name.log\"}"
    [ $json = 1 ] || status_row "$name" "$pid" $ready "$ports"
  done
  if [ -f "$RUN/kafka.port" ]; then
    ports="\"kafka\":$(cat "$RUN/kafka.port")"
    items+="${items:+,}{\"name\":\"kafka\",\"pid\":null,\"ready\":true,\"ports\":{$ports},\"log\":\"$RUN/kafka\"}"
    [ $json = 1 ] || status_row kafka null true "$ports"
  fi
  [ -n "$items" ] || all=false
  if [ $json = 1 ]; then printf '{"ready":%s,"daemons":[%s]}\n' $all "$items"; elif [ -z "$items" ]; then say "nothing runs; ./im demo starts a cluster"; fi
}

# status_row NAME PID READY PORTS: PORTS as in the JSON.
status_row() {
  local state="not ready" pid=$2
  [ "$3" = false ] || state=ready
  if [ "$pid" = null ]; then
    pid=-
    [ "$3" = true ] || state=ended
  fi
  printf '%-10s %-8s %-9s %s\n' "$1" "$pid" "$state" "$(printf '%s' "$4" | tr -d '"' | tr ':,' '= ')"
}
