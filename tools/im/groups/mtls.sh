# TLS between the daemons: a cluster with certificates of `imctl cert`, who is refused and why, certificates and authorities exchanged
# 2 min
mtls_flags() { printf -- '--grpc_tls.certificate=%s --grpc_tls.key=%s --grpc_tls.ca=%s' "$MTLS_FILES/$1-x.pem" "$MTLS_FILES/$1-x.key" "$MTLS_FILES/ca.pem"; }

test_mtls() {
  install_packages "${yes:-0}" openssl curl
  export MTLS_FILES=$ROOT/build/run-test-mtls
  local role
  rm -rf "$MTLS_FILES"
  "$BIN/imctl" cert ca "$MTLS_FILES" --cluster im.test >/dev/null
  for role in comet logic router job; do "$BIN/imctl" cert issue "$MTLS_FILES" --role "$role" --id x >/dev/null; done
  IM_COMET_FLAGS=$(mtls_flags comet) IM_LOGIC_FLAGS=$(mtls_flags logic) IM_ROUTER_FLAGS=$(mtls_flags router) IM_JOB_FLAGS=$(mtls_flags job)
  export IM_COMET_FLAGS IM_LOGIC_FLAGS IM_ROUTER_FLAGS IM_JOB_FLAGS  # for those that are added, too
  test_cluster_up --kafka dev
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/tls/test_mtls.py"
}
