# what the documentation says, run as it stands: docs/migrating-from-goim.md, the examples of docs/identity.md
# 1 min
test_docs() {
  local folder=$ROOT/build/run-test-docs
  export IMCTL=$BIN/imctl
  free_port 21900
  IM_HOOK_PORT=$PORT python3 "$ROOT/tests/system/cluster/test_docs.py" prepare "$folder"
  test_cluster_up --kafka dev
  python3 "$ROOT/tests/system/cluster/test_docs.py" migrating
  python3 "$ROOT/tests/system/cluster/test_docs.py" open
  IM_LOGIC_FLAGS="--config=$folder/jwt.toml" test_cluster_up --kafka dev
  python3 "$ROOT/tests/system/cluster/test_docs.py" jwt "$folder"
  IM_LOGIC_FLAGS="--config=$folder/webhook.toml" test_cluster_up --kafka dev
  python3 "$ROOT/tests/system/cluster/test_docs.py" webhook "$folder"
}
