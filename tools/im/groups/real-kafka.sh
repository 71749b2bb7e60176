# the same cases and the same flood on a real Kafka with two comets, logics and jobs
test_real_kafka() {
  test_cluster_up --kafka real --comets 2 --logics 2 --jobs 2
  python3 "$ROOT/tests/cluster/test_v2.py"
  "$BIN/im-flood" "${FLOOD_FLAGS[@]}" --connections 10000 --rate 40 --seconds 30
}
