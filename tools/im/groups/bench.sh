# figures of docs/figures.md, each beside its control
# 9 min, only when asked
test_bench() {
  local keys=$ROOT/build/run-test-keys.json key
  rm -f "$keys"
  key=$("$BIN/imctl" key add --file "$keys" --name bench --scope rooms --rate 1000000 --burst 1000000 2>/dev/null)
  IM_LOGIC_FLAGS="--push_api.keys_file=$keys" test_cluster_up --kafka dev
  # shellcheck source=/dev/null
  source "$ROOT/tests/bench/figures.sh"
  local table=$RUN/figures.md
  { row figure here control ratio; row --- --- --- ---; idle_memory; hello_memory; lone_message; one_core_room; user_pushes; push_apis "$key"; fresh_cluster; idle_parts; } 2>"$RUN/bench.log" >"$table"
  cat "$table"
}

fresh_cluster() {
  cmd_stop >/dev/null
  cmd_demo --yes --detach --kafka dev >/dev/null
}
