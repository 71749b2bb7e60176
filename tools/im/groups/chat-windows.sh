# chat under load, judged by a ledger: no fault and some failure windows, on SQLite and MariaDB; --full: all of them, ten minutes without a fault
# 5 min, only when asked
# shellcheck source=/dev/null
source "$ROOT/tools/im/groups/talk.sh"

windows_on_sqlite() {
  chat_cluster "sqlite:$CHAT_FILES/im.db" --kafka dev
  chat_cases windows_chat.py --on sqlite
}
windows_on_mariadb() {
  chat_cluster "$MARIADB_DSN" --logics 2 --jobs 2 --routers 2 --redis local --kafka real
  IM_MARIADB_START="bash -c 'source \"$ROOT/tools/im/mariadb.sh\"; mariadb_up \"$CHAT_FILES/mariadb\"'" IM_MARIADB=$CHAT_FILES/mariadb \
    chat_cases windows_chat.py --on mariadb
}

test_chat_windows() {
  local failed=0
  chat_files
  (windows_on_sqlite) || failed=1
  chat_mariadb
  (windows_on_mariadb) || failed=1
  return $failed
}
