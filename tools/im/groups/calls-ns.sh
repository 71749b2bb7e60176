# calls between network namespaces, for root: an address changes, links are down 8 s and 60 s, one of a meeting is given up and comes back, a meeting grows to four and refuses the fifth
# 7 min, only when asked
NS_PARTS=(a b c d)
NS_DOORS=()

# ns_of LETTER: its name; of this run, so that two do not meet.
ns_of() { printf 'im%d%s' $$ "$1"; }

# ns_up: a bridge in a namespace of its own, and four others on it: 10.77.0.1 to 10.77.0.4, which nothing else sees.
ns_up() {
  local part name number=0 hub
  hub=$(ns_of hub)
  ip netns add "$hub"
  ip -n "$hub" link add bridge type bridge
  ip -n "$hub" link set bridge up
  for part in "${NS_PARTS[@]}"; do
    name=$(ns_of "$part")
    number=$((number + 1))
    ip netns add "$name"
    ip -n "$name" link set lo up
    ip -n "$name" link add eth0 type veth peer name "port-$part" netns "$hub"
    ip -n "$hub" link set dev "port-$part" master bridge
    ip -n "$hub" link set dev "port-$part" up
    ip -n "$name" address add "10.77.0.$number/24" dev eth0
    ip -n "$name" link set eth0 up
  done
}

# ns_doors PORT...: the cluster, as each namespace reaches it.
ns_doors() {
  local part
  for part in "${NS_PARTS[@]}"; do
    python3 "$ROOT/tests/system/calls/ns_door.py" "$(ns_of "$part")" "$@" >"$RUN/door-$part" &
    NS_DOORS+=($!)
  done
  for part in "${NS_PARTS[@]}"; do
    # shellcheck disable=SC2016  # for the other shell
    timeout 60 bash -c 'until grep -q open "$1"; do sleep 0.1; done' _ "$RUN/door-$part"
  done
}

ns_down() {
  local part
  [ ${#NS_DOORS[@]} = 0 ] || kill "${NS_DOORS[@]}" 2>/dev/null || true
  for part in "${NS_PARTS[@]}" hub; do ip netns delete "$(ns_of "$part")" 2>/dev/null || true; done
  cmd_stop
}

# ns_chromium LETTER: a program that is Chromium in that namespace.
ns_chromium() {
  local program=$RUN/chromium-$1
  printf '#!/bin/sh\nexec ip netns exec %s %s "$@"\n' "$(ns_of "$1")" "${IM_CHROMIUM:-/usr/bin/chromium}" >"$program"
  chmod +x "$program"
  printf '%s' "$program"
}

test_calls_ns() {
  [ "$(id -u)" = 0 ] || { say_error "calls-ns makes network namespaces: run it as root"; return 1; }
  install_packages "${yes:-0}" "${WEB_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}"
  web_build
  IM_LOGIC_FLAGS="--requests.rate=0 --requests.command_rates=hello=1000/1000" test_cluster_up --kafka dev --comets 2 --accounts
  trap ns_down EXIT
  ns_up
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_COMETS=$(paste -sd, "$RUN/comets")
  ns_doors "${IM_PUBLIC##*:}" "$(port_of comet-1 ws.port)" "$(port_of comet-2 ws.port)"
  local part IM_NS="" IM_NS_CHROMIUM=""
  for part in "${NS_PARTS[@]}"; do
    IM_NS+=" $(ns_of "$part")"
    IM_NS_CHROMIUM+=" $(ns_chromium "$part")"
  done
  export IM_PUBLIC IM_COMETS IM_NS IM_NS_CHROMIUM
  in_web node --test browser/namespaces.test.ts
}
