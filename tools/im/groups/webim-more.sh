# the old chat page over long-poll, with both kinds of pages, with newer clients and calls between them; docs/migrating-from-webim.md as it stands; logins of one address without end; --full: memory of 10,000 polls
# 2 min
# What 10,000 pages that wait cost; --full
poll_memory() {
  IM_COMET_FLAGS="--webim.poll_wait=10m --webim.poll_deadline=15m --client.auth_failure_rate=0" \
    WEBIM_FLAGS="--requests.rate=0" webim_cluster
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/webim/poll_memory.py"
}
# Logins of one address without end: 10,000 with --full
login_flood() {
  IM_MOST=20 IM_LOGINS=$([ -n "${FULL:-}" ] && echo 10000 || echo 1000)
  export IM_MOST IM_LOGINS
  IM_COMET_FLAGS="--webim.poll_wait=3s --webim.poll_deadline=10s --client.max_per_ip=$IM_MOST" WEBIM_FLAGS="--requests.rate=0 --webim.message_gap=0s" \
    webim_cluster
  python3 "$ROOT/tests/system/webim/test_flood.py"
}
# Calls between pages and users; a ring is short, so that one that nobody hears ends.
page_calls() {
  IM_ROUTER_FLAGS=--calls.ring=25s WEBIM_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$ROOT/build/run-test-webim/keys.json --requests.rate=0 --webim.message_gap=0s" \
    webim_cluster
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/webim/test_page_calls.py"
}
test_webim_more() {
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/webim.sh"
  IM_COMET_FLAGS="--webim.poll_wait=3s --webim.poll_deadline=10s" \
    WEBIM_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$ROOT/build/run-test-webim/keys.json --requests.rate=0" \
    webim_cluster
  IM_PAGES=${IM_WEBIM%%,*} IMCTL=$BIN/imctl python3 "$ROOT/tests/system/cluster/test_docs.py" webim
  python3 "$ROOT/tests/system/webim/test_poll.py" poll
  python3 "$ROOT/tests/system/webim/test_poll.py" mixed
  python3 "$ROOT/tests/system/webim/test_bridge.py"
  page_calls
  login_flood
  [ -z "${FULL:-}" ] || poll_memory
}
