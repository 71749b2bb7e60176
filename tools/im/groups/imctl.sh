# every command of imctl against a cluster: output, exit codes, error texts, completion
# 1 min
test_imctl() {
  test_cluster_up --kafka dev
  local failed=0 file
  for file in test_imctl test_imctl_live test_imctl_trace test_imctl_bench; do python3 "$ROOT/tests/system/cluster/$file.py" || failed=1; done
  return $failed
}
