# coturn of the demo and of tests: on 127.0.0.1, with a secret made at each start. Loopback peers are allowed: nobody else reaches it.

# start_turn: adds what logic needs to IM_LOGIC_FLAGS. Without coturn calls have no relay, which is said.
start_turn() {
  command -v turnserver >/dev/null || { say "no coturn: calls have no TURN relay"; return 0; }
  local folder=$RUN/turn
  mkdir -p "$folder" "$RUN/ports"
  free_port 34780
  printf 'turn %s\n' "$PORT" >"$RUN/ports/turn"
  (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$folder/secrets")
  (umask 077 && cat >"$folder/turnserver.conf") <<CONF
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port=$PORT
min-port=50000
max-port=50199
realm=im.demo
use-auth-secret
static-auth-secret=$(cat "$folder/secrets")
fingerprint
allow-loopback-peers
no-cli
no-tls
no-dtls
no-multicast-peers
log-file=stdout
simple-log
pidfile=$folder/turn.pid
userdb=$folder/turndb
CONF
  spawn turn turnserver -c "$folder/turnserver.conf"
  local turn=127.0.0.1:$PORT
  IM_LOGIC_FLAGS="${IM_LOGIC_FLAGS:-} --calls.stun_urls=stun:$turn --calls.turn_urls=turn:$turn?transport=udp,turn:$turn?transport=tcp --calls.turn_secrets_file=$folder/secrets"
}
