# ./im add and remove, --redis local, Redis killed and started again: tests/system/cluster/test_members.py
# 1 min, one of others
test_members() {
  test_cluster_up --kafka dev --redis local
  IM_RUN_DIR=$RUN python3 "$ROOT/tests/system/cluster/test_members.py"
}
