# every command of imctl against a cluster: output, exit codes, error texts, completion
# 1 min
test_imctl() {
  test_cluster_up --kafka dev
  python3 "$ROOT/tests/system/cluster/test_imctl.py"
  python3 "$ROOT/tests/system/cluster/test_imctl_trace.py"
}
