# who clients are: the worked examples of docs/identity.md (jwt, webhook), refusals, renewal, revocation, broken hooks
# 1 min
test_identity() {
  export IM_JWT_PRIVATE=$ROOT/build/run-test-sign.json IM_JWT_PUBLIC=$ROOT/build/run-test-check.json
  rm -f "$IM_JWT_PRIVATE" "$IM_JWT_PUBLIC"
  "$BIN/imctl" token key --keys "$IM_JWT_PRIVATE" --public "$IM_JWT_PUBLIC" --kid 2026-11
  IM_LOGIC_FLAGS="--identity.kind=jwt --identity.jwt_keys_file=$IM_JWT_PUBLIC --identity.jwt_issuer=shop --identity.jwt_audience=im --identity.jwt_leeway=1s" \
    test_cluster_up --kafka dev --comets 2 --logics 2
  IM_TCP2=$(port_of comet-2 tcp.port)
  export IM_TCP2
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/cluster/test_identity.py"
  test_webhook refuse --identity.webhook_connections=2 --identity.webhook_waiting=8
  hook_certificate "$ROOT/build/run-test-hook.pem"
  test_webhook cached --identity.webhook_failure=cached --identity.webhook_cache=1s --identity.webhook_negative_cache=1s
}

# hook_certificate FILE: from here on the hook speaks TLS with this certificate, and logic believes nobody else.
hook_certificate() {
  export IM_HOOK_PEM=$1
  (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=hook \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$1.key" -out "$1.crt" 2>/dev/null && cat "$1.key" "$1.crt" >"$1")
}

# test_webhook PHASE LOGIC-FLAGS...: a cluster that asks the hook of tests/system/cluster/hook.py
test_webhook() {
  local phase=$1 secret=$ROOT/build/run-test-hook-secret scheme=http
  shift
  [ -z "${IM_HOOK_PEM:-}" ] || { scheme=https && set -- "--identity.webhook_ca_file=$IM_HOOK_PEM.crt" "$@"; }
  (umask 077 && echo hook-secret-0123456789 >"$secret")
  free_port 21900
  export IM_HOOK_PORT=$PORT
  IM_LOGIC_FLAGS="--identity.kind=webhook --identity.webhook_url=$scheme://127.0.0.1:$IM_HOOK_PORT/who --identity.webhook_secret_file=$secret $*" \
    test_cluster_up --kafka dev
  python3 "$ROOT/tests/system/cluster/test_webhook.py" --phase "$phase"
}
