# the old page's lobby when processes are killed: a line that is brought twice, and kill -9 of logic, router, comet under 100 lines/s (--full: three times as many)
# 4 min, one of kills
# A router that is dead while pages close, before their grace is over; then also a logic that takes over; then one router of two
page_stays() {
  local flags="--webim.stay_grace=20s"
  export IM_RUN_DIR=$RUN IM_BIN=$BIN
  WEBIM_FLAGS=$flags webim_cluster
  python3 "$ROOT/tests/system/webim/test_stays.py" router-1
  python3 "$ROOT/tests/system/webim/test_stays.py" router-1 logic-1
  WEBIM_FLAGS=$flags webim_cluster --routers 2 --redis local
  python3 "$ROOT/tests/system/webim/test_stays.py" router-1
}
test_webim_kills() {
  local kills=logic,router,comet
  [ -z "${FULL:-}" ] || kills=$kills,$kills,$kills
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/webim.sh"
  WEBIM_FLAGS="--webim.message_gap=0s --requests.rate=0" webim_cluster
  export IM_RUN_DIR=$RUN IM_BIN=$BIN
  python3 "$ROOT/tests/system/webim/test_once.py"
  python3 "$ROOT/tests/system/webim/kills.py" --kills $kills
  page_stays
}
