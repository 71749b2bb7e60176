# chat under load on SQLite, judged by a ledger: no fault for a minute, some failure windows and a planted fault; --full: all of them, ten minutes without a fault
# 3 min
# shellcheck source=/dev/null
source "$ROOT/tools/im/groups/talk.sh"

windows_on_sqlite() {
  chat_cluster "sqlite:$CHAT_FILES/im.db" --kafka dev
  chat_cases windows_chat.py --on sqlite --only "${IM_CHAT_WINDOWS:-}"
}
windows_on_mariadb() {
  chat_cluster "$MARIADB_DSN" --logics 2 --jobs 2 --routers 2 --redis local --kafka real
  IM_MARIADB_START="bash -c 'source \"$ROOT/tools/im/mariadb.sh\"; mariadb_up \"$CHAT_FILES/mariadb\"'" IM_MARIADB=$CHAT_FILES/mariadb \
    chat_cases windows_chat.py --on mariadb --only "${IM_CHAT_WINDOWS:-}"
}

test_chat_windows() {
  IM_RUN_DIR=$RUN IM_BIN=$BIN IMCTL=$BIN/imctl IM_PUBLIC=http://127.0.0.1:1 chat_cases test_load.py
  chat_files
  windows_on_sqlite
}
