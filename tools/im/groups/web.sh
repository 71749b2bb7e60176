# the packages and pages of web/: types, unit tests, 200 reconnect storms, sizes
# 1 min
test_web() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}"
  web_modules
  in_web npm run --silent build
  in_web npm run --silent check
  in_web npm test --silent
  in_web npm run --silent size --workspaces --if-present
}
