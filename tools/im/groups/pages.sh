# the pages in Chromium, two comets: chat, media, calls with proven media, TURN only, kill -9 of comet, logic and router, video messages, more than 500 texts that stay text (a quarter of them by the seed, all with --full), axe on every screen (one look of three), the links of ./im demo, reconnect storms, scrolling
# 9 min
test_pages() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${CALLS_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}"
  web_build
  IM_LOGIC_FLAGS="--requests.rate=0 --requests.command_rates=hello=1000/1000 --calls.pair_invites=1000" IM_ROUTER_FLAGS=--calls.setup=12s test_cluster_up --kafka dev --comets 2 --accounts
  pages_addresses
  export IM_SCRIPT=$ROOT/im IM_BIN=$BIN IM_DEMO_LOG=$ROOT/build/demo.log IM_STORMS=${FULL:+200} IM_MESSAGES=${FULL:+10000}
  : "${IM_STORMS:=10}" "${IM_MESSAGES:=1000}"
  in_web node --test --test-concurrency=1 browser/demo.test.ts browser/login.test.ts browser/a11y.test.ts browser/chat.test.ts browser/groups.test.ts browser/media_chat.test.ts browser/poll.test.ts browser/readme.test.ts \
    browser/examples.test.ts browser/notice.test.ts browser/xss.test.ts browser/scroll.test.ts browser/storms.test.ts
  in_web node --test browser/screens.test.ts
  in_web node --test browser/video_message.test.ts
  in_web node --test --test-concurrency=1 browser/call.test.ts browser/call_declined.test.ts browser/call_hold.test.ts browser/call_faults.test.ts # the last test kills the router
}
