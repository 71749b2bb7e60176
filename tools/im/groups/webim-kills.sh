# the old page's lobby when processes are killed: a line that is brought twice, and kill -9 of logic, router, comet under 100 lines/s (--full: three times as many)
# 1 min
test_webim_kills() {
  local kills=logic,router,comet
  [ -z "${FULL:-}" ] || kills=$kills,$kills,$kills
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/webim.sh"
  WEBIM_FLAGS="--webim.message_gap=0s --requests.rate=0" webim_cluster
  export IM_RUN_DIR=$RUN IM_BIN=$BIN
  python3 "$ROOT/tests/system/webim/test_once.py"
  python3 "$ROOT/tests/system/webim/kills.py" --kills $kills
}
