# Processes of ours: a file per process with its pid and start time, so that a pid used again is never signalled.
started_at() { awk '$3 != "Z" {print $22}' "/proc/$1/stat" 2>/dev/null || true; }  # a zombie has ended

# spawn NAME COMMAND...: remembers the command, starts it with its own log.
spawn() {
  local name=$1
  shift
  mkdir -p "$RUN/cmd" "$RUN/pid" "$RUN/log"
  printf '%q ' "$@" >"$RUN/cmd/$name"
  setsid "$@" >>"$RUN/log/$name.log" 2>&1 </dev/null &
  local pid=$!
  printf '%s %s\n' "$pid" "$(started_at "$pid")" >"$RUN/pid/$name"
}

# pid_of NAME: prints the pid when that very process lives.
pid_of() {
  local pid start
  [ -f "$RUN/pid/$1" ] || return 1
  read -r pid start <"$RUN/pid/$1"
  [ -n "$start" ] && [ "$(started_at "$pid")" = "$start" ] && echo "$pid"
}

# end_process NAME SIGNAL: signals it and waits up to 15 s.
end_process() {
  local pid
  pid=$(pid_of "$1") || return 0
  kill "-$2" "$pid" 2>/dev/null || true
  for _ in $(seq 150); do
    pid_of "$1" >/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
}

port_free() { ! ss -Hltn "sport = :$1" | grep -q .; }
# free_port WANTED: WANTED, or the next free one from 21000 on that was not given out in this run. Clusters of tests that begin at the same
# moment look in different places.
GIVEN=" "
free_port() {
  local port=$1 first=21000
  [ -z "${IM_TEST_CLUSTER:-}" ] || first=$((21000 + $$ % 90 * 100))
  while [[ $GIVEN == *" $port "* ]] || ! port_free "$port"; do
    [ "$port" -lt "$first" ] && port=$first || port=$((port + 1))
  done
  GIVEN="$GIVEN$port "
  PORT=$port
}
