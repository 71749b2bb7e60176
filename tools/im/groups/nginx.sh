# nginx from the shipped sample in front of pages, requests, media, WebSocket and long-poll
# 1 min, sampled
test_nginx() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${NGINX_PACKAGES[@]}"
  web_build
  test_cluster_up --kafka dev --comets 1 --accounts --no-calls
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port) IM_COMET_WS=$(port_of comet-1 ws.port) IM_RUN_DIR=$RUN \
    python3 "$ROOT/tests/system/cluster/test_nginx.py"
}
