# ./im test: groups, their minutes, one summary line. A group is tools/im/groups/NAME.sh with a function test_NAME.
GROUPS_DIR=$ROOT/tools/im/groups
# What the system tests share: clients, runner, clusters.
export PYTHONPATH=$ROOT/tests/system/lib${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1
# Order of a full run: what fails fast comes first.
QUICK_GROUPS=(lint deploy unit compat ws-cases imctl push-api identity haproxy docs nodes members cluster attack flood real-kafka teeth survive windows asan tsan fuzz)
PASSED=0
FAILED=0
TIMES=()

# group NAME: runs it in a shell of its own, counts it, says how long it took.
group() {
  local name=$1 begin=$SECONDS took rc
  say_step "group $name"
  set +e  # the shell below must not stand in a condition: there, set -e has no effect
  (
    set -e
    # shellcheck source=/dev/null
    source "$GROUPS_DIR/$name.sh"
    "test_${name//-/_}"
  )
  rc=$?
  set -e
  took=$(printf '%2d min %02d s' $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60)))
  if [ $rc = 0 ]; then
    PASSED=$((PASSED + 1))
    TIMES+=("$(printf '%-11s %s  passed' "$name" "$took")")
  else
    FAILED=$((FAILED + 1))
    TIMES+=("$(printf '%-11s %s  FAILED; again: ./im test %s' "$name" "$took" "$name")")
  fi
  say "${TIMES[-1]}"
}

# test_cluster_up DEMO-FLAGS...: a cluster of its own in its own run folder; ends with the group.
test_cluster_up() {
  export IM_TEST_CLUSTER=1 IM_NO_BUILD=1 RUN=$ROOT/build/run-test
  trap cmd_stop EXIT
  cmd_demo --yes --detach --reset "$@" >"$ROOT/build/demo.log" 2>&1 || { cat "$ROOT/build/demo.log"; exit 1; }
  export_addresses
}

# Where the cluster is, for tests: IM_TCP, IM_WS, IM_API, IM_ADMIN of the first nodes, FLOOD_FLAGS of all.
export_addresses() {
  local name apis="" tcp="" ws=""
  for name in $(names); do
    case $name in
      logic-*) apis+="${apis:+,}127.0.0.1:$(port_of "$name" http.push_port)" ;;
      comet-*)
        tcp+="${tcp:+,}$(port_of "$name" tcp.port)"
        ws+="${ws:+,}$(port_of "$name" ws.port)"
        ;;
    esac
  done
  IM_TCP=$(port_of comet-1 tcp.port)
  IM_WS=$(port_of comet-1 ws.port)
  IM_API=http://127.0.0.1:$(port_of logic-1 http.push_port)
  IM_ADMIN=http://127.0.0.1:$(port_of logic-1 ops.port)
  IMCTL=$BIN/imctl
  IM_V1_TCP=$(port_of comet-1 v1_tcp.port)
  IM_V1_WS=$(port_of comet-1 v1_ws.port)
  IM_V1_0_WS=$(port_of comet-1 v1_0_ws.port)
  export IM_V1_TCP IM_V1_WS IM_V1_0_WS IM_TCP IM_WS IM_API IM_ADMIN IMCTL
  FLOOD_FLAGS=(--api "$apis" --tcp "$tcp" --ws "$ws")
}

# group_doc NAME: the first comment line of its file.
group_doc() { sed -n '1s/^# //p' "$GROUPS_DIR/$1.sh"; }

list_groups() {
  local file name
  for file in "$GROUPS_DIR"/*.sh; do
    name=$(basename "$file" .sh)
    printf '  %-12s %s\n' "$name" "$(group_doc "$name")"
  done
}

cmd_test() {
  local yes=0 groups=() word
  if [ "${1:-}" = compat ] && [ "${2:-}" = --list ]; then
    exec python3 "$ROOT/tests/system/compat/facts.py" --list
  fi
  for word in "$@"; do
    case $word in
      --yes) yes=1 ;;
      --full) FULL=1 ;;
      --list) list_groups; return 0 ;;
      *)
        if [ ! -f "$GROUPS_DIR/$word.sh" ]; then
          say_error "unknown test group \"$word\"; there are:"
          list_groups >&2
          exit 2
        fi
        groups+=("$word")
        ;;
    esac
  done
  [ ${#groups[@]} -gt 0 ] || groups=("${QUICK_GROUPS[@]}")
  local begin=$SECONDS
  install_packages "$yes" "${PROGRAM_PACKAGES[@]}" "${TEST_PACKAGES[@]}" "${KAFKA_PACKAGES[@]}" "${REDIS_PACKAGES[@]}"
  TIMES+=("$(printf '%-11s %2d min %02d s' install $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60)))")
  build_tests "$PRESET" all faults
  TIMES+=("$(printf '%-11s %2d min %02d s  (install and build)' build $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60)))")
  for word in "${groups[@]}"; do group "$word"; done
  printf '%s\n' "${TIMES[@]}"
  say "$PASSED groups passed, $FAILED failed, 0 skipped, $(((SECONDS - begin) / 60)) min in all"
  [ $FAILED = 0 ]
}
