# the pages in Chromium, two comets: chat, media, calls with proven media, TURN only, kill -9 of comet, logic and router, video messages, 504 payloads that stay text, axe
# 4 min
test_pages() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${CALLS_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}"
  web_build
  IM_LOGIC_FLAGS="--requests.rate=0 --requests.command_rates=hello=1000/1000" test_cluster_up --kafka dev --comets 2 --accounts
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_COMETS=$(paste -sd, "$RUN/comets")
  export IM_PUBLIC IM_COMETS IM_SCRIPT=$ROOT/im IM_RUN_DIR=$RUN
  in_web node --test --test-concurrency=1 browser/a11y.test.ts browser/chat.test.ts browser/groups.test.ts browser/media_chat.test.ts browser/poll.test.ts browser/readme.test.ts browser/xss.test.ts
  in_web node --test browser/video_message.test.ts
  in_web node --test browser/call.test.ts # its last test kills the router
}
