# ./im itself and the commands of README.md: help, mistakes, status, logs, kill and start
# 1 min
test_im() {
  test_cluster_up --kafka dev
  IM_RUN_DIR=$RUN python3 "$ROOT/tests/system/cluster/test_im.py"
}
