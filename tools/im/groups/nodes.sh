# nodes set up wrong, doubled, without dependencies, half-open clients, drain, SIGHUP, a table of open files for each worker, compressed WebSocket messages, pushes right after a start, lost answers: tests/system/cluster/test_nodes.py and beside it
# 3 min
test_nodes() {
  install_packages "${yes:-0}" openssl
  export TLS_FILES=$ROOT/build/run-test-nodes-tls
  rm -rf "$TLS_FILES"
  test_cluster_up --kafka dev
  local failed=0
  IM_LOGIC_GRPC=127.0.0.1:$(port_of logic-1 grpc.port)
  export IM_LOGIC_GRPC
  IM_BIN=$BIN python3 "$ROOT/tests/system/cluster/test_nodes.py" || failed=1
  IM_BIN=$BIN python3 "$ROOT/tests/system/cluster/test_own_tables.py" || failed=1
  IM_BIN=$BIN python3 "$ROOT/tests/system/cluster/test_deflate.py" || failed=1
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/cluster/test_reload.py" || failed=1
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/faults/test_lost_answer.py" || failed=1
  IM_RUN_DIR=$RUN IM_BIN=$BIN IM_ROUNDS=${FULL:+10} python3 "$ROOT/tests/system/cluster/test_first_push.py" || failed=1
  return $failed
}
