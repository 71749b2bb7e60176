# 10,000 connections in one room, 40 pushes/s for 15 s (--full: 60 s) on im-devkafka: nothing lost, doubled or out of order
# 1 min
test_flood() {
  test_cluster_up --kafka dev
  "$BIN/im-flood" "${FLOOD_FLAGS[@]}" --connections 10000 --rate 40 --seconds "$([ -n "${FULL:-}" ] && echo 60 || echo 15)"
}
