# HAProxy from the shipped sample in front of comets and logics: real addresses, limits, slow clients, failover
# 1 min, one of others
test_haproxy() {
  install_packages "${yes:-0}" "${BALANCER_PACKAGES[@]}"
  haproxy -c -q -f "$ROOT/deploy/haproxy/haproxy.cfg"
  IM_COMET_FLAGS="--client.proxy_from=127.0.0.1,::1 --client.max_per_ip=40 --client.handshake_timeout=2s" \
    IM_LOGIC_FLAGS="--grpc.max_connection_age=2s --http.header_timeout=1s --http.body_timeout=1s --http.max_per_ip=50 --client.max_sessions=3" \
    test_cluster_up --kafka dev --comets 2 --logics 2
  IM_BIN=$BIN IM_RUN_DIR=$RUN python3 "$ROOT/tests/system/cluster/test_haproxy.py"
}
