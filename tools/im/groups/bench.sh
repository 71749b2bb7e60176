# figures of docs/figures.md, each beside its control (not part of a plain ./im test)
test_bench() {
  test_cluster_up --kafka dev
  # shellcheck source=/dev/null
  source "$ROOT/tests/bench/figures.sh"
  local table=$RUN/figures.md
  { row figure here control ratio; row --- --- --- ---; idle_memory; lone_message; one_core_room; user_pushes; } 2>"$RUN/bench.log" >"$table"
  cat "$table"
}
