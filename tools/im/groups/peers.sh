# foreign peers on aiortc, pion and werift, written from docs/calls.md: each calls the page in Chromium and is called by it, media proven
# 2 min, one of others
PEERS=$ROOT/tests/system/peers
PEERS_BUILD=$ROOT/build/peers

# peers_build: each with the tools of its language. Debian's Go is old enough for everybody: no other is fetched.
peers_build() {
  mkdir -p "$PEERS_BUILD"
  [ -x "$PEERS_BUILD/venv/bin/python" ] || python3 -m venv "$PEERS_BUILD/venv"
  "$PEERS_BUILD/venv/bin/pip" install -q --disable-pip-version-check -r "$PEERS/python/requirements.txt"
  "$PEERS_BUILD/venv/bin/python" "$PEERS/python/make_media.py" "$PEERS_BUILD/green.ivf" "$PEERS_BUILD/tone.ogg"
  (cd "$PEERS/go" && GOTOOLCHAIN=local go build -mod=readonly -o "$PEERS_BUILD/go-peer" .)
  (cd "$PEERS/node" && PATH=$NODE_HOME/bin:$PATH npm ci --no-progress --loglevel=error --ignore-scripts)
}

test_peers() {
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}" "${PEERS_PACKAGES[@]}"
  web_build
  peers_build
  IM_LOGIC_FLAGS="--requests.rate=0 --requests.command_rates=hello=1000/1000" test_cluster_up --kafka dev --comets 2 --accounts
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_COMETS=$(paste -sd, "$RUN/comets")
  IM_WS=ws://127.0.0.1:$IM_WS/sub
  export IM_PUBLIC IM_COMETS IM_WS IM_IVF=$PEERS_BUILD/green.ivf IM_OGG=$PEERS_BUILD/tone.ogg
  IM_PEERS="python=$PEERS_BUILD/venv/bin/python $PEERS/python/peer.py
go=$PEERS_BUILD/go-peer
node=$NODE_HOME/bin/node $PEERS/node/peer.mjs"
  export IM_PEERS
  in_web node --test browser/peers.test.ts
}
