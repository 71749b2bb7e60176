# every fact of goim's protocol against a cluster with two comets, and the list of facts and tests
# 1 min

compat_cases() {
  local file failed=0
  for file in "$@"; do python3 "$ROOT/tests/system/compat/$file.py" || failed=1; done
  return $failed
}

test_compat() {
  python3 "$ROOT/tests/system/compat/facts.py" --list
  local keys=$ROOT/build/run-test-keys.json
  rm -f "$keys"
  IM_PUSH_KEY=$("$BIN/imctl" key add --file "$keys" --name compat --scope users --scope rooms --scope all 2>/dev/null)
  export IM_PUSH_KEY
  IM_LOGIC_FLAGS="--kafka.delivery_timeout=2s --push_api.keys_file=$keys" test_cluster_up --kafka dev --comets 2
  IM_TCP2=$(port_of comet-2 tcp.port) compat_cases v2_wire v2_session v2_websocket v2_push v2_http http_clients v1_session v1_http dialects
  cmd_kill kafka
  compat_cases v2_kafka_down
  IM_COMET_FLAGS="--client.handshake_timeout=2s --client.v1_handshake_timeout=2s" \
    IM_LOGIC_FLAGS="--client.heartbeat=1s --client.heartbeat_max=2 --v1.deadline=2s" test_cluster_up --kafka dev
  compat_cases v2_deadlines v1_deadlines
}
