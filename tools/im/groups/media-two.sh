# media of one user through two logics on MariaDB at once: quotas hold, the same bytes begin once
# 1 min, one of others
test_media_two() {
  install_packages "${yes:-0}" "${MARIADB_PACKAGES[@]}"
  # shellcheck source=/dev/null
  source "$ROOT/tools/im/mariadb.sh"
  local files=$ROOT/build/run-test-media-two
  mariadb_down "$files/mariadb"
  rm -rf "$files" && mkdir -p "$files"
  # shellcheck disable=SC2064  # the folder as it is now
  trap "mariadb_down '$files/mariadb'" EXIT
  mariadb_up "$files/mariadb"
  (
    IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=$MARIADB_DSN --requests.rate=0 --media.dir=$files/media --media.day_bytes=1MiB" \
      test_cluster_up --kafka dev --logics 2
    IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
    IM_PUBLIC2=http://127.0.0.1:$(port_of logic-2 http.public_port)
    export IM_PUBLIC IM_PUBLIC2 IM_RUN_DIR=$RUN IM_BIN=$BIN
    python3 "$ROOT/tests/system/media/test_two_logics.py"
    python3 "$ROOT/tests/system/media/test_ends.py"
  )
}
