# ThreadSanitizer: every test that needs no gRPC or librdkafka, comet's workers and the Redis client with their threads among them; --full: a chat client under load
# 4 min, one of sanitizers
build_tsan() {
  build_tests tsan base_test config_test daemon_test http_test wire_test ws_test kafka_unit_test client_test comet_test router_test logic_test \
    job_test load_test json_test jwt_test keys_test redis_unit_test redis_test slot_store_test redis_slot_store_test \
    sql_test logic_store_test logic_chat_test chat_client_test logic_chat_events_test logic_group_rooms_test logic_hooks_test logic_presence_test
  [ -z "${FULL:-}" ] || build_tests tsan imctl
}

test_tsan() {
  local daemons=$BIN
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/asan.sh"
  use_sanitizer tsan
  export TSAN_OPTIONS=halt_on_error=0:second_deadlock_stack=1:suppressions=$ROOT/tests/sanitizers/tsan.supp:log_path=$ROOT/build/tsan/report
  ctest --test-dir "$ROOT/build/tsan" -L 'unit|cluster' -E NOT_BUILT --output-on-failure --no-tests=error --output-junit "$IM_JUNIT/ctest-tsan.xml" -j2
  # The daemons are not of this build: gRPC and librdkafka are not instrumented.
  [ -z "${FULL:-}" ] || BIN=$daemons chat_load "$ROOT/build/tsan/bin/imctl"
  sanitizer_reports
}
