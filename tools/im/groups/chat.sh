# chat on two comets: groups, contacts, presence, who may do what, with media too; the examples of docs/chat.md; users of other identities; the service of the operator
# 2 min
test_chat() {
  local files=$ROOT/build/run-test-chat
  rm -rf "$files" && mkdir -p "$files"
  export PYTHONPATH=$ROOT/tests/system/requests:$PYTHONPATH
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/im.db --requests.rate=0 --requests.command_rates=hello=1000/1000 --accounts.guests=true --media.link_ttl=15s" \
    test_cluster_up --kafka dev --comets 2
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_TCP2=$(port_of comet-2 tcp.port)
  export IM_PUBLIC IM_TCP2
  python3 "$ROOT/tests/system/chat/test_examples.py"
  python3 "$ROOT/tests/system/chat/test_groups.py"
  python3 "$ROOT/tests/system/chat/test_presence.py"
  python3 "$ROOT/tests/system/chat/test_matrix.py"
  python3 "$ROOT/tests/system/chat/test_media_matrix.py"
  IM_LOGIC_FLAGS="--store.dsn=sqlite:$files/foreign.db --requests.rate=0 --requests.command_rates=hello=1000/1000" \
    test_cluster_up --kafka dev --comets 2
  IM_TCP2=$(port_of comet-2 tcp.port)
  export IM_RUN_DIR=$RUN IM_BIN=$BIN
  python3 "$ROOT/tests/system/chat/test_foreign.py"
  python3 "$ROOT/tests/system/chat/test_presence_storm.py"
  free_port 21950
  local hook=http://127.0.0.1:$PORT
  (umask 077 && echo hook-secret-0123456789 >"$files/secret")
  export IM_HOOK_PORT=$PORT IM_HOOK_SECRET=$files/secret
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/hooks.db --requests.rate=0 --hooks.url=$hook/events --hooks.moderation_url=$hook/check --hooks.secret_file=$files/secret --hooks.disconnect_delay=2s --hooks.moderation_deadline=5s" \
    test_cluster_up --kafka dev
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  python3 "$ROOT/tests/system/chat/test_hooks.py"
}
