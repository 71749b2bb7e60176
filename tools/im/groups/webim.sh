# the old chat page: every fact of docs/webim.md over WebSocket, over long-poll and with both kinds, on two comets; newer clients
# 3 min
webim_cluster() {
  local files=$ROOT/build/run-test-webim
  rm -rf "$files" && mkdir -p "$files"
  export IM_STORE=$files/im.db
  IM_COMET_FLAGS="--webim.poll_wait=3s --webim.poll_deadline=10s" \
    IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --requests.rate=0 --store.dsn=sqlite:$IM_STORE --webim.enabled=true" test_cluster_up --kafka dev --comets 2
  IM_WEBIM=$(port_of comet-1 webim.port),$(port_of comet-2 webim.port)
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  export IM_WEBIM IM_PUBLIC
}
test_webim() {
  webim_cluster
  IM_PAGES=${IM_WEBIM%%,*} IMCTL=$BIN/imctl python3 "$ROOT/tests/system/cluster/test_docs.py" webim
  python3 "$ROOT/tests/system/webim/test_ws.py"
  python3 "$ROOT/tests/system/webim/test_poll.py" poll
  python3 "$ROOT/tests/system/webim/test_poll.py" mixed
  python3 "$ROOT/tests/system/webim/test_bridge.py"
  python3 "$ROOT/tests/system/compat/facts.py" webim.md
}
