# imctl chat and other clients on two comets, one user twice, one killed before its answer; imctl store; a bad disk; SQLite, and MariaDB with real Kafka
# 3 min
CHAT_FILES=$ROOT/build/run-chat

# chat_cluster DSN DEMO-FLAGS...: a cluster whose users are its own; CHAT_LOGIC_FLAGS are further flags of its logics.
chat_cluster() {
  export IM_STORE=$1
  shift
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$CHAT_FILES/keys.json --store.dsn=$IM_STORE --requests.rate=0 ${CHAT_LOGIC_FLAGS:-}" \
    test_cluster_up --comets 2 "$@"
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_TCP2=$(port_of comet-2 tcp.port)
  export IM_PUBLIC IM_TCP2 IM_RUN_DIR=$RUN IM_BIN=$BIN
}

# chat_files: an empty folder; chat_mariadb: a MariaDB in it, reached by MARIADB_DSN.
chat_files() {
  install_packages "${yes:-0}" "${MARIADB_PACKAGES[@]}"
  # shellcheck source=/dev/null
  source "$ROOT/tools/im/mariadb.sh"
  mariadb_down "$CHAT_FILES/mariadb"
  rm -rf "$CHAT_FILES" && mkdir -p "$CHAT_FILES"
}
chat_mariadb() {
  # shellcheck disable=SC2064  # the folder as it is now
  trap "mariadb_down '$CHAT_FILES/mariadb'" EXIT
  mariadb_up "$CHAT_FILES/mariadb"
}

chat_cases() {
  local file=$1
  shift
  PYTHONPATH=$ROOT/tests/system/requests:$PYTHONPATH python3 "$ROOT/tests/system/chat/$file" "$@"
}

chat_everything() {
  local failed=0 file
  for file in test_talk.py test_talk_mistakes.py test_page_client.py test_store.py; do chat_cases "$file" || failed=1; done
  return $failed
}

chat_on_sqlite() {
  chat_cluster "sqlite:$CHAT_FILES/im.db" --kafka dev
  local failed=0
  chat_everything || failed=1
  chat_cases test_bad_sqlite.py || failed=1
  return $failed
}
chat_on_mariadb() {
  CHAT_LOGIC_FLAGS="--media.dir=$CHAT_FILES/media"
  chat_cluster "$MARIADB_DSN" --logics 2 --jobs 2 --routers 2 --redis local --kafka real
  chat_everything
}

# Each cluster in a shell of its own: what it starts ends with it.
test_talk() {
  local failed=0
  chat_files
  (chat_on_sqlite) || failed=1
  chat_mariadb
  (chat_on_mariadb) || failed=1
  return $failed
}
