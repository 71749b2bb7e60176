# tokens: the worked examples of docs/identity.md, refusals, rotation, expiry, kick
test_identity() {
  export IM_JWT_PRIVATE=$ROOT/build/run-test-sign.json IM_JWT_PUBLIC=$ROOT/build/run-test-check.json
  rm -f "$IM_JWT_PRIVATE" "$IM_JWT_PUBLIC"
  "$BIN/imctl" token key --keys "$IM_JWT_PRIVATE" --public "$IM_JWT_PUBLIC" --kid 2026-11
  IM_LOGIC_FLAGS="--identity.kind=jwt --identity.jwt_keys_file=$IM_JWT_PUBLIC --identity.jwt_issuer=shop --identity.jwt_audience=im" \
    test_cluster_up --kafka dev
  python3 "$ROOT/tests/cluster/test_identity.py"
}
