# the old chat page: the facts of docs/webim.md that hold over WebSocket, on two comets
# 2 min
# webim_cluster DEMO-FLAGS...
# shellcheck disable=SC2120  # other groups give some
webim_cluster() {
  local files=$ROOT/build/run-test-webim
  rm -rf "$files" && mkdir -p "$files"
  export IM_STORE=$files/im.db
  IM_LOGIC_FLAGS="--store.dsn=sqlite:$IM_STORE --webim.enabled=true ${WEBIM_FLAGS:-}" test_cluster_up --kafka dev --comets 2 "$@"
  IM_WEBIM=$(port_of comet-1 webim.port),$(port_of comet-2 webim.port)
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  export IM_WEBIM IM_PUBLIC
}
test_webim() {
  webim_cluster
  python3 "$ROOT/tests/system/webim/test_ws.py"
  python3 "$ROOT/tests/system/compat/facts.py" webim.md room-demo.md
}
