# the seed's pages: pictures, the room demo on two comets, and in Chromium the chat page (one over long-poll) and three pages in a room
# 2 min
test_old_pages() {
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/webim.sh"
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}"
  web_modules
  IM_COMET_FLAGS="--webim.poll_wait=3s --webim.poll_deadline=20s" WEBIM_FLAGS="--webim.message_gap=200ms --webim.picture_size=200KiB --webim.picture_day=1MiB --http.body_timeout=5s" webim_cluster
  export IM_RUN_DIR=$RUN IM_BIN=$BIN
  python3 "$ROOT/tests/system/webim/test_pictures.py"
  python3 "$ROOT/tests/system/webim/test_rooms.py"
  python3 "$ROOT/tests/system/compat/facts.py" room-demo.md
  in_web node --test --test-concurrency=1 browser/old.test.ts
}
