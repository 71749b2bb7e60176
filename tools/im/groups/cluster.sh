# goim v2 clients and backends against four real daemons on im-devkafka
test_cluster() {
  ctest --test-dir "$ROOT/build/$PRESET" -L cluster --output-on-failure --no-tests=error
  test_cluster_up --kafka dev
  python3 "$ROOT/tests/cluster/test_v2.py"
}
