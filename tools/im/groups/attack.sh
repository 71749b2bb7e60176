# hostile packets against a live cluster of two comets, whose other clients must not notice: tests/system/attack/attack.py
# 1 min
test_attack() {
  ulimit -n "$(ulimit -H -n)"
  test_cluster_up --kafka dev --comets 2
  IM_RUN_DIR=$RUN python3 "$ROOT/tests/system/attack/attack.py"
}
