# the old chat page: every fact of docs/webim.md over WebSocket on two comets
# 2 min
webim_cluster() {
  local files=$ROOT/build/run-test-webim
  rm -rf "$files" && mkdir -p "$files"
  export IM_STORE=$files/im.db
  IM_LOGIC_FLAGS="--store.dsn=sqlite:$IM_STORE --webim.enabled=true" test_cluster_up --kafka dev --comets 2
  IM_WEBIM=$(port_of comet-1 webim.port),$(port_of comet-2 webim.port)
  export IM_WEBIM
}
test_webim() {
  webim_cluster
  python3 "$ROOT/tests/system/webim/test_ws.py"
  python3 "$ROOT/tests/system/compat/facts.py" webim.md
}
