# every screen of the pages as a picture in build/shots: desktop, phone, dark, Chinese
# 8 min, only when asked
test_shots() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${CALLS_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}" "${FONT_PACKAGES[@]}"
  web_build
  IM_LOGIC_FLAGS="--requests.rate=0 --requests.command_rates=hello=1000/1000" test_cluster_up --kafka dev --comets 2 --accounts
  pages_addresses
  rm -rf "$ROOT/build/shots"
  in_web node browser/shots/main.ts "$ROOT/build/shots"
  in_web node browser/shots/admin.ts "$ROOT/build/shots"
  say "$(find "$ROOT/build/shots" -name '*.png' | wc -l) pictures in build/shots"
}
