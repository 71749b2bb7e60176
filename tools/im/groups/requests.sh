# requests of clients over TCP, WebSocket and HTTP: a code for each fault; accounts, devices and chat on SQLite
# 1 min
test_requests() {
  test_cluster_up --kafka dev
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  export IM_PUBLIC
  python3 "$ROOT/tests/system/requests/test_requests.py"
  local files=$ROOT/build/run-test-accounts
  rm -rf "$files" && mkdir -p "$files"
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/im.db --requests.rate=0" \
    test_cluster_up --kafka dev --comets 2
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_TCP2=$(port_of comet-2 tcp.port)
  export IM_TCP2
  IM_KEYS_FILE=$files/keys.json
  export IM_KEYS_FILE
  python3 "$ROOT/tests/system/requests/test_accounts.py"
  python3 "$ROOT/tests/system/requests/test_chat.py"
  python3 "$ROOT/tests/system/requests/test_live.py"
}
