# ./im itself and the commands of README.md: help, mistakes, status, logs, kill and start
# 1 min
# without_pages_says_so: the demo has its users, no links, and one line that says why.
without_pages_says_so() {
  local said
  test_cluster_up --kafka dev --accounts --no-calls --no-web
  said=$(grep -c '^no pages (--no-web)$' "$ROOT/build/demo.log") || true
  [ "$said" = 1 ] && grep -q '^  ann, uid ' "$ROOT/build/demo.log" && ! grep -q '/chat/' "$ROOT/build/demo.log" && return 0
  cat "$ROOT/build/demo.log"
  say_error "./im demo --no-web: \"no pages (--no-web)\" once, users, and no link"
  return 1
}
# a_second_logic_is_as_the_first: none beside SQLite, and elsewhere with the same flags: one without them would let anybody in.
a_second_logic_is_as_the_first() {
  local said
  test_cluster_up --kafka dev --accounts --no-calls --no-web
  if said=$( (cmd_add logic) 2>&1) || [[ $said != *SQLite* ]]; then say_error "./im add logic beside SQLite: \"$said\""; return 1; fi
  IM_LOGIC_FLAGS=--client.max_sessions=77 test_cluster_up --kafka dev
  (unset IM_LOGIC_FLAGS && cmd_add logic) >/dev/null || return 1
  grep -q -- --client.max_sessions=77 "$RUN/cmd/logic-2" || { say_error "./im add logic: not set up as the first: $(cat "$RUN/cmd/logic-2")"; return 1; }
}
test_im() {
  (without_pages_says_so) || return 1 # a shell of its own: what it sets for its cluster goes with it
  (a_second_logic_is_as_the_first) || return 1
  test_cluster_up --kafka dev
  python3 "$ROOT/tests/system/cluster/test_demo_build.py"
  IM_RUN_DIR=$RUN python3 "$ROOT/tests/system/cluster/test_im.py"
}
