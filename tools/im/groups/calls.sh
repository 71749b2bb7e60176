# calls without media: who wins, who is told, what is refused, who is added; kill -9 of comet, logic, router, Redis; TURN, and its sample as it is shipped; 200 calls at once (--full: 5,000); 2,000 clients that come back at once and then all ask at once (--full: 10,000)
# 6 min
test_calls() {
  install_packages "${yes:-0}" "${CALLS_PACKAGES[@]}"
  local files=$ROOT/build/run-test-calls
  rm -rf "$files" && mkdir -p "$files"
  (umask 077 && printf 'north\nsouth\n' >"$files/turn-secrets")
  export PYTHONPATH=$ROOT/tests/system/requests:$PYTHONPATH IM_CALL_TIMES IM_TURN_SECRETS=$files/turn-secrets IM_STORE_FILE=$files/im.db
  IM_CALL_TIMES=$([ -n "${FULL:-}" ] && echo 200 || echo 50)
  export IM_ROUTER_FLAGS="--calls.heartbeat=2s --calls.caller_lost=15s --calls.resume=8s --calls.setup=20s"
  export IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/im.db --requests.rate=0 --requests.command_rates=hello=1000/1000,call.invite=5/200 --calls.pair_invites=50 --calls.stun_urls=stun:127.0.0.1:34780 --calls.turn_urls=turn:127.0.0.1:34780?transport=udp --calls.turn_secrets_file=$files/turn-secrets"
  calls_cluster --routers 2 --redis local
  python3 "$ROOT/tests/system/calls/test_examples.py"
  python3 "$ROOT/tests/system/calls/test_calls.py"
  python3 "$ROOT/tests/system/calls/test_hostile_calls.py"
  python3 "$ROOT/tests/system/calls/test_rings.py"
  python3 "$ROOT/tests/system/calls/test_add.py"
  python3 "$ROOT/tests/system/calls/test_groups.py"
  python3 "$ROOT/tests/system/calls/test_turn.py"
  python3 "$ROOT/tests/system/calls/test_coturn_sample.py"
  python3 "$ROOT/tests/system/calls/test_kills.py"
  cmd_stop
  calls_cluster
  python3 "$ROOT/tests/system/calls/test_rebuild.py"
  cmd_stop
  calls_at_once
}

# imctl call-test, and 200 calls at once (--full: 5,000). Passwords cost nothing here; an ended call is kept as long as by default in a full run
# only, since the end is waited for.
calls_at_once() {
  export IM_BENCH_CALLS=200 IM_STORM_CLIENTS=2000 IM_ROUTER_FLAGS=--calls.kept=5s IM_LOGIC_FLAGS IM_OPS
  [ -z "${FULL:-}" ] || IM_BENCH_CALLS=5000 IM_STORM_CLIENTS=10000 IM_ROUTER_FLAGS=
  IM_LOGIC_FLAGS+=" --accounts.password_memory=8KiB --accounts.password_passes=1"
  ulimit -n "$(ulimit -H -n)"
  calls_cluster --routers 2 --redis local
  local name
  IM_OPS=
  for name in $(names); do
    case $name in comet-* | logic-* | router-*) IM_OPS+=${IM_OPS:+,}http://127.0.0.1:$(port_of "$name" ops.port) ;; esac
  done
  python3 "$ROOT/tests/system/calls/test_imctl_calls.py"
  python3 "$ROOT/tests/system/calls/test_storm.py"
}

calls_cluster() {
  test_cluster_up --kafka dev --comets 2 "$@"
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_TCP2=$(port_of comet-2 tcp.port)
  export IM_PUBLIC IM_TCP2 IM_RUN_DIR=$RUN IM_BIN=$BIN
}
