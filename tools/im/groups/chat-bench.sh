# figures of chat, each beside its control: group commit, messages from socket to socket, sync.all, the first screen; 2,000 users who reconnect
# 9 min, only when asked
# shellcheck source=/dev/null
source "$ROOT/tools/im/groups/talk.sh"
BENCH_KAFKA=${IM_BENCH_KAFKA:-real}
CHAT_LOGIC_FLAGS=--requests.command_rates=hello=1000/1000

# store_figures DSN NAME: what it is worth that messages share a commit.
store_figures() { "$BIN/im-store-bench" "$1" 64 "${IM_STORE_SECONDS:-5}" | tee /dev/stderr | sed -n "s/^| /| $2: /p"; }

# message_figures NAME: from socket to socket at 500 messages/s. Leaves p50 and p99 in a file for the last control.
message_figures() {
  local out p99 ack
  out=$("$BIN/imctl" bench chat --server "$IM_PUBLIC" --comets "127.0.0.1:$IM_TCP,127.0.0.1:$IM_TCP2" --users 100 --conversations 50 --groups 0 --reads 0 --twice 0 \
    --rate 500 --seconds "${IM_BENCH_SECONDS:-30}" | tee /dev/stderr)
  p99=$(value push_ms_p99 <<<"$out") ack=$(value ack_ms_p99 <<<"$out")
  row "$1: message, socket to socket, 500/s, Kafka: $BENCH_KAFKA, p99 ($(grep -o 'lost=.*' <<<"$out"))" "$p99 ms" "goal: 25 ms" "$(ratio "$p99" 25)"
  row "$1: the same, beside the answer to its sender (after the commit)" "$p99 ms" "$ack ms" "$(ratio "$p99" "$ack")"
  echo "$p99" >"$CHAT_FILES/p99-$1"
}

# Pushes to users at the same rate through a cluster without a store: what the way through Kafka alone costs.
push_control() {
  local out p99 name
  test_cluster_up --kafka "$BENCH_KAFKA" --comets 2
  out=$(flood --connections 100 --rooms 0 --users 100 --rate 500 --seconds "${IM_BENCH_SECONDS:-30}" | tee /dev/stderr)
  p99=$(value p99 <<<"${out%%answer*}")
  for name in SQLite MariaDB; do
    row "$name: the same, beside a push to a user without a store" "$(cat "$CHAT_FILES/p99-$name") ms" "$p99 ms" \
      "$(ratio "$(cat "$CHAT_FILES/p99-$name")" "$p99")"
  done
}

figures_on() {
  chat_cluster "$2" --kafka "$BENCH_KAFKA"
  message_figures "$1"
  IM_BENCH_STORE=$1 PYTHONPATH=$ROOT/tests/system/requests:$PYTHONPATH python3 "$ROOT/tests/bench/chat_figures.py"
}

# Each cluster in a shell of its own: what it starts ends with it.
chat_figures() {
  row figure here control ratio
  row --- --- --- ---
  store_figures "" SQLite
  (figures_on SQLite "sqlite:$CHAT_FILES/im.db") || return 1
  chat_mariadb
  store_figures "$MARIADB_DSN" MariaDB
  (figures_on MariaDB "$MARIADB_DSN") || return 1
  (push_control)
}

# Counted, and no figure: red when somebody hears twice of one user.
presence_storm() {
  IM_LOGIC_FLAGS="--store.dsn=sqlite:$CHAT_FILES/storm.db --requests.rate=0 $CHAT_LOGIC_FLAGS" test_cluster_up --kafka dev --comets 2
  IM_TCP2=$(port_of comet-2 tcp.port)
  export IM_TCP2 IM_RUN_DIR=$RUN IM_BIN=$BIN
  IM_STORM_USERS=${IM_STORM_USERS:-2000} PYTHONPATH=$ROOT/tests/system/requests:$PYTHONPATH python3 "$ROOT/tests/system/chat/test_presence_storm.py"
}

test_chat_bench() {
  # shellcheck source=/dev/null
  source "$ROOT/tests/bench/figures.sh"
  local table=$ROOT/build/chat-figures.md failed=0
  chat_files
  (presence_storm) || failed=1
  (chat_figures 2>"$ROOT/build/chat-bench.log" >"$table") || failed=1
  cat "$table"
  return $failed
}
