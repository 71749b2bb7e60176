# HAProxy and nginx from docs/migrating-from-webim.md in front of two comets: real addresses, long-poll stays on one comet
# 1 min, one of others
test_webim_balancers() {
  # shellcheck source=/dev/null
  source "$GROUPS_DIR/webim.sh"
  install_packages "${yes:-0}" "${BALANCER_PACKAGES[@]}" "${NGINX_PACKAGES[@]}"
  IM_COMET_FLAGS="--client.proxy_from=127.0.0.1" WEBIM_FLAGS="--requests.rate=0" webim_cluster
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/webim/test_balancers.py"
}
