# the pages in Chromium, two comets: chat, media, calls with proven media, TURN only, kill -9 of comet, logic and router, video messages, more than 500 texts that stay text (a quarter of them by the seed, all with --full), axe on every screen (one look of three), the links of ./im demo, reconnect storms, scrolling; a part of it by the seed, all with --full
# 7 min
test_pages() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${CALLS_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}"
  web_build
  IM_LOGIC_FLAGS="--requests.rate=0 --requests.command_rates=hello=1000/1000 --calls.pair_invites=1000" IM_ROUTER_FLAGS=--calls.setup=12s test_cluster_up --kafka dev --comets 2 --accounts
  pages_addresses
  export IM_SCRIPT=$ROOT/im IM_BIN=$BIN IM_DEMO_LOG=$ROOT/build/demo.log IM_STORMS=${FULL:+200} IM_MESSAGES=${FULL:+10000}
  : "${IM_STORMS:=10}" "${IM_MESSAGES:=1000}"
  local name some calls
  mapfile -t some < <(sampled 6 a11y groups media_chat poll readme examples notice xss scroll storms)
  mapfile -t calls < <(sampled 1 call_declined call_hold call_faults) # call_faults comes last: it kills the router
  browser demo login chat "${some[@]}"
  for name in $(sampled 1 screens video_message); do in_web node --test "browser/$name.test.ts"; done
  browser call "${calls[@]}"
}
# browser NAME...: these files of web/browser, one behind the other.
browser() {
  local files=("${@/#/browser/}")
  in_web node --test --test-concurrency=1 "${files[@]/%/.test.ts}"
}
