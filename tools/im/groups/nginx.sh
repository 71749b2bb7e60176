# nginx from the shipped sample in front of pages, requests, media, WebSocket and long-poll; in Chromium chat, a picture and a call
# 1 min, one of others
test_nginx() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${NGINX_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}"
  web_build
  free_port 8080
  IM_NGINX_PORT=$PORT
  IM_ORIGINS=http://127.0.0.1:$PORT test_cluster_up --kafka dev --comets 1 --accounts --no-calls
  echo "ws://127.0.0.1:$IM_NGINX_PORT/sub" >"$RUN/comets" # as deploy/nginx/README.md says
  export IM_NGINX_PORT
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port) IM_COMET_WS=$(port_of comet-1 ws.port) IM_RUN_DIR=$RUN \
    in_web python3 "$ROOT/tests/system/cluster/test_nginx.py"
}
