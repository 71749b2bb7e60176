# failure windows beside a run without a fault: three of them and one more cluster; --full: all, and many more repetitions
# 5 min, one of kills
WINDOWS_CLUSTER=(--comets 2 --logics 2 --jobs 2 --routers 2 --redis local)

windows() { IM_RUN_DIR=$RUN IM_BIN=$BIN FULL=${FULL:-} python3 "$ROOT/tests/system/faults/windows.py" "$@"; }

# Three development brokers, which fail on command; not one of ./im, so that they can be three.
dev_brokers_up() {
  local dir=$ROOT/build/devkafka
  mkdir -p "$dir"
  rm -f "$dir/bootstrap"
  setsid "$BIN/im-devkafka" --brokers 3 --bootstrap-file "$dir/bootstrap" --control "unix:$dir/kafka.sock" >"$dir/log" 2>&1 </dev/null &
  DEV_BROKERS=$!
  for _ in $(seq 100); do
    [ -s "$dir/bootstrap" ] && break
    sleep 0.1
  done
}

# A Redis master, its replica and three Sentinels; prints the addresses of these.
sentinels_up() { IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/faults/redis_set.py" start "$IM_SENTINELS"; }
sentinels_down() { IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/faults/redis_set.py" stop "$IM_SENTINELS"; }

windows_on_sentinels() {
  local sentinels
  sentinels=$(sentinels_up)
  IM_ROUTER_FLAGS=--redis.sentinel_master=im test_cluster_up --kafka real --comets 2 --logics 2 --jobs 2 --routers 2 --redis "$sentinels"
  windows --on sentinels
}

windows_on_dev() {
  test_cluster_up "${WINDOWS_CLUSTER[@]}" --kafka "$(head -n 1 "$ROOT/build/devkafka/bootstrap")"
  IM_DEVKAFKA=$ROOT/build/devkafka/kafka.sock windows --on dev
}

windows_with_sentinels() {
  local failed=0
  export IM_SENTINELS=$ROOT/build/sentinels
  (windows_on_sentinels) || failed=1
  sentinels_down
  return $failed
}
windows_with_dev() {
  local failed=0
  dev_brokers_up
  (windows_on_dev) || failed=1
  kill "$DEV_BROKERS"
  return $failed
}

# Each cluster in a shell of its own: what it starts ends with it.
test_windows() {
  local failed=0 cluster
  load_key
  test_cluster_up --kafka real "${WINDOWS_CLUSTER[@]}"
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/faults/test_proxy.py"
  windows --on real || failed=1
  for cluster in $(sampled 1 sentinels dev); do "windows_with_$cluster" || failed=1; done
  return $failed
}
