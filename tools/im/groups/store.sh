# the store and the chat services on a MariaDB of their own; group commit beside its control, on SQLite and MariaDB
# 4 min
test_store() {
  install_packages "${yes:-0}" "${MARIADB_PACKAGES[@]}"
  # shellcheck source=/dev/null
  source "$ROOT/tools/im/mariadb.sh"
  local folder=$ROOT/build/run-mariadb tests=$ROOT/build/$PRESET/tests program
  mariadb_down "$folder"
  rm -rf "$folder"
  # shellcheck disable=SC2064  # the folder as it is now: at the end the function is gone
  trap "mariadb_down '$folder'" EXIT
  mariadb_up "$folder"
  for program in sql_test logic_store_test logic_chat_test logic_webim_test; do
    IM_TEST_DSN=$MARIADB_DSN "$tests/$program" --gtest_brief=1
  done
  "$ROOT/build/$PRESET/bin/im-store-bench" "" 64 3
  "$ROOT/build/$PRESET/bin/im-store-bench" "$MARIADB_DSN" 64 3
}
