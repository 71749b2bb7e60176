# ThreadSanitizer: every test that needs no gRPC or librdkafka, comet's workers and the Redis client with their threads among them
# 4 min
test_tsan() {
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/asan.sh"
  use_sanitizer tsan base_test config_test daemon_test http_test wire_test ws_test kafka_unit_test client_test comet_test router_test logic_test \
    job_test load_test json_test jwt_test keys_test redis_unit_test redis_test slot_store_test redis_slot_store_test \
    sql_test logic_store_test logic_chat_test
  export TSAN_OPTIONS=halt_on_error=0:second_deadlock_stack=1:suppressions=$ROOT/tests/sanitizers/tsan.supp:log_path=$ROOT/build/tsan/report
  ctest --test-dir "$ROOT/build/tsan" -L 'unit|cluster' -E NOT_BUILT --output-on-failure --no-tests=error --output-junit "$IM_JUNIT/ctest-tsan.xml" -j2
  sanitizer_reports
}
