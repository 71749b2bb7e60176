# AddressSanitizer and UBSan: every unit test, then daemons under pushes and chat, and three files of compatibility cases
# 5 min, one of sanitizers

# Reports go to files: a daemon has nobody who reads its standard error.
sanitizer_reports() {
  local reports
  reports=$(find "$ROOT/build/$PRESET" -maxdepth 1 -name 'report.*')
  [ -z "$reports" ] && return 0
  # shellcheck disable=SC2086
  head -n 60 $reports
  return 1
}

use_sanitizer() {
  PRESET=$1
  BIN=$ROOT/build/$1/bin
  rm -f "$ROOT/build/$1"/report.*
  say "suppressions:"
  grep -v '^#' "$ROOT/tests/sanitizers/$1.supp" || say "  none"
}

build_asan() { build_tests asan unit_tests cluster_tests comet logic router job imctl im-devkafka im-flood; }

# chat_load IMCTL: users who write to each other and reconnect meanwhile, on daemons of BIN, judged by the ledger of `imctl bench chat`.
chat_load() {
  local files=$ROOT/build/run-test-chat-load
  rm -rf "$files" && mkdir -p "$files"
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/im.db --requests.rate=0" \
    test_cluster_up --kafka dev --comets 2
  "$1" bench chat --server "http://127.0.0.1:$(port_of logic-1 http.public_port)" --users 40 --conversations 10 --rate 50 --churn 5 \
    --seconds 10 --comets "127.0.0.1:$(port_of comet-1 tcp.port),127.0.0.1:$(port_of comet-2 tcp.port)"
  cmd_stop
}

test_asan() {
  local some
  use_sanitizer asan
  export ASAN_OPTIONS=detect_stack_use_after_return=1:log_path=$ROOT/build/asan/report
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:log_path=$ROOT/build/asan/report
  export LSAN_OPTIONS=suppressions=$ROOT/tests/sanitizers/asan.supp:print_suppressions=0
  ctest --test-dir "$ROOT/build/asan" -L 'unit|cluster' --output-on-failure --no-tests=error --output-junit "$IM_JUNIT/ctest-asan.xml" -j2
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/compat.sh"
  test_cluster_up --kafka dev --comets 2
  mapfile -t some < <(sampled 3 v2_wire v2_session v2_websocket v2_push v2_http v1_session v1_http)
  IM_TCP2=$(port_of comet-2 tcp.port) compat_cases "${some[@]}"
  "$BIN/im-flood" "${FLOOD_FLAGS[@]}" --connections 500 --users 50 --rate 40 --seconds 10
  cmd_stop
  chat_load "$BIN/imctl"
  sanitizer_reports
}
