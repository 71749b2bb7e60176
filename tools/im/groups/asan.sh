# AddressSanitizer and UBSan: every unit test, then daemons under load and three files of compatibility cases
# 5 min

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
  build_tests "$1" "${@:2}"
  rm -f "$ROOT/build/$1"/report.*
  say "suppressions:"
  grep -v '^#' "$ROOT/tests/sanitizers/$1.supp" || say "  none"
}

test_asan() {
  local some
  use_sanitizer asan unit_tests cluster_tests comet logic router job imctl im-devkafka im-flood
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
  sanitizer_reports
}
