# the old chat page over long-poll, with both kinds of pages, with newer clients; docs/migrating-from-webim.md as it stands; --full: memory of 10,000 polls
# 1 min
# What 10,000 pages that wait cost; --full
poll_memory() {
  IM_COMET_FLAGS="--webim.poll_wait=10m --webim.poll_deadline=15m --client.auth_failure_rate=0" \
    WEBIM_FLAGS="--requests.rate=0" webim_cluster
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/webim/poll_memory.py"
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
  [ -z "${FULL:-}" ] || poll_memory
}
