# client API over HTTP: openapi.json linted, every example replayed on an empty store; operators' work on groups and users; rooms of large groups; answers after the disk
# 2 min
test_client_api() {
  local venv=$ROOT/build/venv files=$ROOT/build/run-test-client-api
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$ROOT/tests/system/push_api/requirements.txt"
  export IM_OPENAPI=$ROOT/logic/client_http/assets/openapi.json
  "$venv/bin/python" "$ROOT/tests/system/push_api/lint_openapi.py" "$IM_OPENAPI"
  rm -rf "$files" && mkdir -p "$files"
  export PYTHONPATH=$ROOT/tests/system/requests:$ROOT/tests/system/chat:$PYTHONPATH
  export IM_STORE=sqlite:$files/im.db
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=$IM_STORE --store.keep_room_days=1 --store.room_above=4 --accounts.guests=true --requests.rate=0" \
    test_cluster_up --kafka dev --comets 2
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_OPS=http://127.0.0.1:$(port_of logic-1 ops.port)
  IM_TCP2=$(port_of comet-2 tcp.port)
  export IM_PUBLIC IM_OPS IM_TCP2 IM_RUN_DIR=$RUN IM_BIN=$BIN
  "$venv/bin/python" "$ROOT/tests/system/client_api/test_client_api.py"
  python3 "$ROOT/tests/system/client_api/test_operators.py"
  python3 "$ROOT/tests/system/chat/test_group_rooms.py"
  python3 "$ROOT/tests/system/client_api/test_disk_first.py"
}
