# two logics on MariaDB: rooms of large groups, and calls to the operator's service, while logics are killed; a database that is gone
# 5 min, one of others
# shellcheck source=/dev/null
source "$ROOT/tools/im/groups/talk.sh"

test_chat_kills() {
  local failed=0 file
  chat_files
  chat_mariadb
  free_port 21950
  (umask 077 && echo hook-secret-0123456789 >"$CHAT_FILES/secret")
  export IM_HOOK_PORT=$PORT IM_HOOK_SECRET=$CHAT_FILES/secret IM_HOOK_TRIES=3
  CHAT_LOGIC_FLAGS="--store.room_above=4 --hooks.url=http://127.0.0.1:$PORT/events --hooks.secret_file=$CHAT_FILES/secret --hooks.tries=$IM_HOOK_TRIES --requests.command_rates=hello=1000/1000"
  (
    chat_cluster "$MARIADB_DSN" --kafka dev --logics 2
    IM_PUBLIC2=http://127.0.0.1:$(port_of logic-2 http.public_port)
    IM_OPS=http://127.0.0.1:$(port_of logic-1 ops.port)
    export IM_PUBLIC2 IM_OPS IM_MARIADB=$CHAT_FILES/mariadb
    export IM_MARIADB_START="bash -c 'source \"$ROOT/tools/im/mariadb.sh\"; mariadb_up \"$IM_MARIADB\"'"
    for file in test_two_logics.py test_hooks_kills.py test_bad_mariadb.py; do chat_cases "$file" || failed=1; done
    exit $failed
  )
}
