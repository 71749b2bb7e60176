#!/usr/bin/env bash
# The figures of docs/figures.md, each beside its control in the same run. Sourced by the group "bench"; needs a cluster (FLOOD_FLAGS)
# and BIN. Prints a Markdown table; asserts nothing about time.

# value NAME: the number after NAME= in standard input
value() { grep -oE "(^| )$1=[0-9.]+" | tail -n 1 | sed 's/.*=//'; }
anon_bytes() { awk '/^RssAnon/ {print $2 * 1024}' "/proc/$1/status"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {if (b > 0) printf "%.2f", a / b; else print "-"}'; }
row() { printf '| %s | %s | %s | %s |\n' "$@"; }
flood() { "$BIN/im-flood" "${FLOOD_FLAGS[@]}" "$@"; }

# A message now and then to a room of ten: with 10,000 idle connections, and with none.
lone_message() {
  local with without
  with=$(flood --connections 10 --idle 10000 --rate 10 --seconds 30 | tee /dev/stderr)
  without=$(flood --connections 10 --rate 10 --seconds 30 | tee /dev/stderr)
  local part a b k
  for part in p50 p99; do
    a=$(value $part <<<"${with%%answer*}")
    b=$(value $part <<<"${without%%answer*}")
    k=$(value $part <<<"${with##*answer_ms}")
    row "lone message to a room of 10 beside 10,000 idle connections, $part" "$a ms" "no idle connections: $b ms" "$(ratio "$a" "$b")"
    row "the same, beside the time Kafka takes to acknowledge it" "$a ms" "answer of the API: $k ms" "$(ratio "$a" "$k")"
  done
}

# User memory of 10,000 connections that do nothing: comet, and a program that only keeps the descriptors. On a fresh comet: later
# ones reuse what earlier ones left.
idle_memory() {
  local comet control before after port flood_pid ours theirs
  comet=$(pid_of comet-1)
  flood --connections 0 --rooms 0 --users 1 --idle 100 --rate 1 --seconds 1 >/dev/null 2>&1 || true # warm
  before=$(anon_bytes "$comet")
  flood --connections 10 --idle 10000 --rate 1 --seconds 12 >/dev/stderr &
  flood_pid=$!
  sleep 9
  after=$(anon_bytes "$comet")
  wait $flood_pid || true
  ours=$(((after - before) / 10010))
  free_port 21900
  port=$PORT
  "$BIN/im-bench-control" idle "$port" &
  control=$!
  sleep 0.5
  before=$(anon_bytes $control)
  python3 - "$port" <<'PY'
import socket, sys, time
held = []
for i in range(10000):
    sock = socket.socket()
    sock.bind(("127.2.0.%d" % (1 + i // 2500), 0))
    sock.connect(("127.0.0.1", int(sys.argv[1])))
    held.append(sock)
time.sleep(1)
print(sum(1 for sock in held if sock), file=sys.stderr)
open("/proc/self/comm", "w").write("held")
sys.stdout.flush()
PY
  after=$(anon_bytes $control)
  theirs=$(((after - before) / 10000))
  kill $control
  row "user memory per idle connection (authenticated, in no room)" "$ours B" "descriptors only: $theirs B" "$(ratio "$ours" "$theirs")"
}

# What an idle connection in a room, with a key of 36 bytes, operations and a platform costs each daemon, and of what it consists: the whole
# table goes to the log. Daemons that have just been started; otherwise connections take what earlier ones left.
idle_parts() {
  local name out pids="" ops="" control
  for name in comet router logic; do
    pids+="${pids:+,}$name=$(pid_of "$name-1")"
    ops+="${ops:+,}http://127.0.0.1:$(port_of "$name-1" ops.port)"
  done
  out=$("$BIN/imctl" bench idle --comet "127.0.0.1:$(port_of comet-1 tcp.port)" --connections 10000 --pid "$pids" --ops "$ops" | tee /dev/stderr)
  control=$(awk '/control user memory/ {print $1}' <<<"$out")
  for name in comet router logic; do
    row "user memory per idle connection with all that belongs to it: $name" "$(awk -v of="$name user" 'index($0, of) {print $1}' <<<"$out") B" \
      "descriptors only: $control B" "-"
  done
}

# User memory of connections that have said hello and do nothing. A fresh comet, or one whose freed memory is back with the system.
hello_memory() {
  local comet before after count=8000 clients in=$RUN/hello.fifo
  comet=$(pid_of comet-1)
  before=$(anon_bytes "$comet")
  rm -f "$in"
  mkfifo "$in"
  python3 "$ROOT/tests/bench/hello_clients.py" "$(port_of comet-1 tcp.port)" $count <"$in" >"$RUN/hello.out" &
  clients=$!
  exec 9>"$in"
  until grep -q held "$RUN/hello.out" || ! kill -0 $clients 2>/dev/null; do sleep 0.5; done
  sleep 4 # freed memory goes back when a burst of logins is over
  after=$(anon_bytes "$comet")
  exec 9>&-
  wait $clients
  row "user memory per idle connection after hello" "$(((after - before) / count)) B" "goal: 512 B" "$(ratio $(((after - before) / count)) 512)"
}

# 400 pushes/s into a room of 5,000, comet on one core; the control writes each message to each socket on one core.
one_core_room() {
  local out sent per_s control
  taskset -apc 0 "$(pid_of comet-1)" >/dev/null
  out=$(flood --connections 5000 --rate 400 --seconds 20 --ws-share 0 --size 100 | tee /dev/stderr)
  taskset -apc 0-1 "$(pid_of comet-1)" >/dev/null
  sent=$(value sent <<<"$out")
  per_s=$(awk -v s="$sent" 'BEGIN {printf "%.0f", s / 20}')
  control=$("$BIN/im-bench-control" fanout 5000 10 | value messages_per_s)
  row "room of 5,000, pushes per second on one core, nothing lost ($(grep -o 'lost=.*' <<<"$out"))" "$per_s/s" \
    "one send per message and member: $control/s" "$(ratio "$per_s" "$control")"
}

user_pushes() {
  local out
  out=$(flood --connections 500 --rooms 0 --users 500 --rate 200 --seconds 20 | tee /dev/stderr)
  row "pushes to single users, 200/s: out of order" "$(value reorder <<<"$out") of $(value delivered <<<"$out")" "goim v2: see its own order, not kept" "-"
}

# answers_per_s FLAGS...: of 20,000 room pushes as fast as the API takes them.
answers_per_s() { flood --connections 10 --rate 1000000 --seconds 0.02 --size 100 "$@" | tee /dev/stderr | value answers_per_s; }
middle() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

# /v1/push (JSON, key, scope, limit) beside /goim/push: as fast as they go, five times in turn, the middle one of each; then 500/s.
push_apis() {
  local goim v1 part goims=() v1s=() _
  flood --connections 10 --rate 2000 --seconds 2 >/dev/stderr
  for _ in 1 2 3 4 5; do
    goims+=("$(answers_per_s)")
    v1s+=("$(answers_per_s --api-key "$1")")
  done
  goim=$(middle "${goims[@]}")
  v1=$(middle "${v1s[@]}")
  row "pushes per second through /v1/push, one logic" "$v1/s" "/goim/push: $goim/s" "$(ratio "$v1" "$goim")"
  goim=$(flood --connections 10 --rate 500 --seconds 10 --size 100 | tee /dev/stderr)
  v1=$(flood --connections 10 --rate 500 --seconds 10 --size 100 --api-key "$1" | tee /dev/stderr)
  for part in p50 p99; do
    row "answer of /v1/push at 500/s, $part" "$(value $part <<<"${v1##*answer_ms}") ms" \
      "/goim/push: $(value $part <<<"${goim##*answer_ms}") ms" \
      "$(ratio "$(value $part <<<"${v1##*answer_ms}")" "$(value $part <<<"${goim##*answer_ms}")")"
  done
}
