# the admin page in Chromium, two comets: log in, wrong password, lockout, kick, removal of a message, groups, push tool, drain; axe, keyboard, phone
# 1 min
test_admin_page() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}"
  web_build
  IM_LOGIC_FLAGS="--requests.rate=0 --requests.command_rates=hello=1000/1000" test_cluster_up --kafka dev --comets 2 --accounts --no-calls
  pages_addresses
  in_web node --test browser/admin.test.ts
}
