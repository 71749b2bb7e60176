# nodes set up wrong, doubled, without dependencies, half-open clients, drain: tests/system/cluster/test_nodes.py
# 2 min
test_nodes() {
  test_cluster_up --kafka dev
  IM_BIN=$BIN IM_LOGIC_GRPC=127.0.0.1:$(port_of logic-1 grpc.port) python3 "$ROOT/tests/system/cluster/test_nodes.py"
}
