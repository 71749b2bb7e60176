# failure windows W03-W12, W16 and the control W26, a table of counters; --full: many more repetitions
WINDOWS_CLUSTER=(--comets 2 --logics 2 --jobs 2 --routers 2 --redis local)

windows() { IM_RUN_DIR=$RUN IM_BIN=$BIN FULL=${FULL:-} python3 "$ROOT/tests/faults/windows.py" "$@"; }

# Three development brokers, which fail on command; not one of ./im, so that they can be three.
dev_brokers_up() {
  local dir=$ROOT/build/devkafka
  mkdir -p "$dir"
  rm -f "$dir/bootstrap"
  setsid "$BIN/im-devkafka" --brokers 3 --bootstrap-file "$dir/bootstrap" --control "unix:$dir/kafka.sock" >"$dir/log" 2>&1 </dev/null &
  DEV_BROKERS=$!
  trap 'cmd_stop; kill "$DEV_BROKERS" 2>/dev/null' EXIT
  for _ in $(seq 100); do
    [ -s "$dir/bootstrap" ] && break
    sleep 0.1
  done
}

test_windows() {
  local failed=0
  test_cluster_up --kafka real "${WINDOWS_CLUSTER[@]}"
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/faults/test_proxy.py"
  windows --on real || failed=1
  dev_brokers_up
  test_cluster_up "${WINDOWS_CLUSTER[@]}" --kafka "$(head -n 1 "$ROOT/build/devkafka/bootstrap")"
  trap 'cmd_stop; kill "$DEV_BROKERS" 2>/dev/null' EXIT
  IM_DEVKAFKA=$ROOT/build/devkafka/kafka.sock windows --on dev || failed=1
  return $failed
}
