# comet's TLS listeners: the compatibility cases inside TLS, certificates exchanged under way, a balancer in front, testssl.sh
# 3 min
tls_certificate() { "$ROOT/tests/system/tls/certificate.sh" "$TLS_FILES" "$@"; }

test_tls() {
  install_packages "${yes:-0}" openssl testssl.sh bsdmainutils dnsutils
  export TLS_FILES=$ROOT/build/run-test-tls
  rm -rf "$TLS_FILES"
  tls_certificate first
  export IM_COMET_PORTS="wss.port=3103 tcps.port=3104 webim_tls.port=3128"
  IM_COMET_FLAGS="--tls.certificate=$TLS_FILES/cert.pem --tls.key=$TLS_FILES/key.pem --client.proxy_from=127.0.0.99" IM_LOGIC_FLAGS="--store.dsn=sqlite:$TLS_FILES/im.db --webim.enabled=true" \
    test_cluster_up --kafka dev --comets 2
  local failed=0 file
  export IM_TLS_CA=$TLS_FILES/ca.pem
  IM_TCPS=$(port_of comet-1 tcps.port) IM_WSS=$(port_of comet-1 wss.port) IM_WEBIM=$(port_of comet-1 webim_tls.port)
  IM_COMET_PID=$(cut -d" " -f1 "$RUN/pid/comet-1")
  IM_COMET_OPS=http://127.0.0.1:$(port_of comet-1 ops.port)
  export IM_TCPS IM_WSS IM_WEBIM IM_COMET_PID IM_COMET_OPS
  for file in v2_wire v2_session v2_websocket v2_push; do
    IM_TCP=$IM_TCPS IM_WS=$IM_WSS IM_TCP2=$(port_of comet-2 tcps.port) python3 "$ROOT/tests/system/compat/$file.py" || failed=1
  done
  python3 "$ROOT/tests/system/tls/test_tls.py" || failed=1
  return $failed
}
