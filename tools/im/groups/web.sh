# the packages and pages of web/: types, unit tests, 200 reconnect storms, publint and attw, sizes
# 1 min
test_web() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}"
  web_modules
  in_web npm run --silent build
  in_web npm run --silent check
  in_web env IM_BUILT=1 npm test --silent
  in_web npm run --silent lint -w packages/client
  in_web npm run --silent size --workspaces --if-present
}
