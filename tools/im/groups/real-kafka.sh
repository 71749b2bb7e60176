# the compatibility cases, a topic with a small limit and the flood on a real Kafka with two comets, logics and jobs
# 2 min
test_real_kafka() {
  test_cluster_up --kafka real --comets 2 --logics 2 --jobs 2
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/compat.sh"
  IM_TCP2=$(port_of comet-2 tcp.port) compat_cases v2_wire v2_session v2_websocket v2_push v2_http
  KAFKA="$ROOT/deploy/kafka/kafka.sh set-topic --dir $RUN/kafka" python3 "$ROOT/tests/system/cluster/test_kafka_limit.py"
  "$BIN/im-flood" "${FLOOD_FLAGS[@]}" --connections 10000 --rate 40 --seconds "$([ -n "${FULL:-}" ] && echo 30 || echo 15)"
}
