# ./im test: groups, their minutes, one summary line. A group is tools/im/groups/NAME.sh with a function test_NAME; its first line
# says what it tests, its second "# N min" how long a plain run takes on two quiet cores, or "# N min, one of KIND", or "# N min, only when asked".
# What only this group needs is built by its function build_NAME: behind the groups before it, at the lowest priority, since those wait more
# than they compute.
GROUPS_DIR=$ROOT/tools/im/groups
# What the system tests share: clients, runner, clusters.
export PYTHONPATH=$ROOT/tests/system/lib${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1
PASSED=0
FAILED=0
TIMES=()
FAILED_GROUPS=()

# minutes BEGIN: "12 min 03 s" since then.
minutes() { printf '%2d min %02d s' $(((SECONDS - $1) / 60)) $(((SECONDS - $1) % 60)); }

# group NAME: runs it in a shell of its own, counts it, says how long it took.
group() {
  local name=$1 begin=$SECONDS rc
  say_step "group $name"
  mkdir -p "$IM_JUNIT"
  set +e  # the shell below must not stand in a condition: there, set -e has no effect
  (
    set -e
    # shellcheck source=/dev/null
    source "$GROUPS_DIR/$name.sh"
    build_group "$name"
    "test_${name//-/_}"
  ) > >(tee "$IM_JUNIT/$name.log") 2>&1
  rc=$?
  set -e
  if [ $rc = 0 ]; then
    PASSED=$((PASSED + 1))
    TIMES+=("$(printf '%-11s %s  passed' "$name" "$(minutes "$begin")")")
  else
    FAILED=$((FAILED + 1))
    FAILED_GROUPS+=("$name")
    TIMES+=("$(printf '%-11s %s  FAILED; again: ./im test %s' "$name" "$(minutes "$begin")" "--seed $IM_SEED $name")")
  fi
  junit_case "$name" $((SECONDS - begin)) $rc
  say "${TIMES[-1]}"
}

# has_build NAME: it builds something of its own.
has_build() { grep -q "^build_${1//-/_}()" "$GROUPS_DIR/$1.sh"; }

# build_group NAME: after its file was read; waits when another process is building it.
build_group() {
  has_build "$1" || return 0
  mkdir -p "$ROOT/build"
  exec 8>"$ROOT/build/$1.lock"
  flock -n 8 || { say "waits for what is built behind the groups"; flock 8; }
  "build_${1//-/_}"
  exec 8>&-
}

# build_behind NAME...: starts to build what these need; it ends with this script.
build_behind() {
  local name later=()
  for name in "$@"; do ! has_build "$name" || later+=("$name"); done
  [ ${#later[@]} -gt 0 ] || return 0
  setsid nice -n 19 "$ROOT/im" test --yes --build-only "${later[@]}" >"$ROOT/build/behind.log" 2>&1 &
  BEHIND=$! BEHIND_SINCE=$(started_at $!)
  trap end_behind EXIT
  say "builds behind the groups, see build/behind.log: ${later[*]}"
}

# end_behind: unless it has ended, and somebody else has its number.
end_behind() { [ "$(started_at "$BEHIND")" != "$BEHIND_SINCE" ] || kill -- "-$BEHIND" 2>/dev/null || true; }

# build_only NAME...: what these groups need, and runs none.
build_only() {
  local name
  for name in "$@"; do
    # shellcheck source=/dev/null
    (source "$GROUPS_DIR/$name.sh" && build_group "$name")
  done
}

# junit_case GROUP SECONDS RC: one line of build/junit/groups.xml; what the group's own tests write lies beside it.
junit_case() {
  local inside=""
  [ "$3" = 0 ] || inside='<failure message="see the log of the run"/>'
  printf '  <testcase classname="im" name="%s" time="%s">%s</testcase>\n' "$1" "$2" "$inside" >>"$IM_JUNIT/groups.part"
}
junit_groups() {
  { printf '<testsuite name="groups" tests="%s" failures="%s">\n' $((PASSED + FAILED)) $FAILED; cat "$IM_JUNIT/groups.part"; echo '</testsuite>'; } \
    >"$IM_JUNIT/groups.xml"
  rm -f "$IM_JUNIT/groups.part"
}

# test_cluster_up DEMO-FLAGS...: a cluster of its own in its own run folder; ends with the group.
test_cluster_up() {
  export IM_TEST_CLUSTER=1 IM_NO_BUILD=1 RUN=$ROOT/build/run-test
  trap cmd_stop EXIT
  cmd_demo --yes --detach --reset "$@" >"$ROOT/build/demo.log" 2>&1 || { cat "$ROOT/build/demo.log"; exit 1; }
  export_addresses
}

# load_key: before test_cluster_up: an API key for what im-ledger pushes through /v1/push (IM_LOAD_KEY), and logics that know it.
load_key() {
  local keys=$ROOT/build/run-load-keys.json
  rm -f "$keys"
  IM_LOAD_KEY=$("$BIN/imctl" --json key add --file "$keys" --name load --scope users --scope rooms --scope all --rate 1000000 \
    --burst 1000000 | grep -o 'imk_[A-Za-z0-9_-]*')
  IM_LOGIC_FLAGS="--push_api.keys_file=$keys ${IM_LOGIC_FLAGS:-}"
  export IM_LOAD_KEY IM_LOGIC_FLAGS
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
  IM_OPEN=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IMCTL=$BIN/imctl
  IM_V1_TCP=$(port_of comet-1 v1_tcp.port)
  IM_V1_WS=$(port_of comet-1 v1_ws.port)
  IM_V1_0_WS=$(port_of comet-1 v1_0_ws.port)
  export IM_V1_TCP IM_V1_WS IM_V1_0_WS IM_TCP IM_WS IM_API IM_ADMIN IM_OPEN IMCTL
  FLOOD_FLAGS=(--api "$apis" --tcp "$tcp" --ws "$ws")
}

# group_doc NAME, group_minutes NAME: the first and the second line of its file.
group_doc() { sed -n '1s/^# //p' "$GROUPS_DIR/$1.sh"; }
group_minutes() { sed -n '2s/^# \([0-9]* min.*\)/\1/p' "$GROUPS_DIR/$1.sh"; }

# all_groups: names, the quick ones first; plain_groups: without those that run only when asked.
all_groups() {
  local file name
  for file in "$GROUPS_DIR"/*.sh; do
    name=$(basename "$file" .sh)
    printf '%s %s\n' "$(group_minutes "$name" | grep -oE '^[0-9]+' || echo 1)" "$name"
  done | sort -n -k1,1 -s | cut -d' ' -f2
}
# A group whose second line says "one of KIND" stands beside others of its kind: a plain run takes one of them, by the commit.
kind_of_group() { group_minutes "$1" | sed -n 's/.*, one of \(.*\)/\1/p'; }
plain_groups() {
  local name kind chosen=" " names
  mapfile -t names < <(all_groups)
  for kind in $(for name in "${names[@]}"; do kind_of_group "$name"; done | sort -u); do
    chosen+="$(for name in "${names[@]}"; do [ "$(kind_of_group "$name")" != "$kind" ] || echo "$name"; done | one_of | tr '\n' ' ') "
  done
  for name in "${names[@]}"; do
    case $(group_minutes "$name") in
      *asked*) ;;
      *"one of"*) [[ $chosen != *" $name "* ]] || echo "$name" ;;
      *) echo "$name" ;;
    esac
  done
}
# one_of: of the lines of standard input, by the commit.
one_of() {
  local some
  mapfile -t some
  sampled 1 "${some[@]}"
}

list_groups() {
  local name total=0 plain
  plain=$(plain_groups)
  for name in $(all_groups); do printf '  %-12s %-8s %s\n' "$name" "$(group_minutes "$name" | cut -d, -f1)" "$(group_doc "$name")"; done
  for name in $plain; do total=$((total + $(group_minutes "$name" | grep -oE '^[0-9]+' || echo 1))); done
  say "a plain run: $total min and the build, on two quiet cores; left out this time, or only when asked: $(comm -23 <(all_groups | sort) <(sort <<<"$plain") | tr '\n' ' ')"
}

# check_group NAME: there is one.
check_group() {
  local there
  [ ! -f "$GROUPS_DIR/$1.sh" ] || return 0
  mapfile -t there < <(all_groups)
  unknown "test group" "$1" "${there[@]}" --build-only --full --list --seed --yes
}

build_for_tests() {
  local begin=$SECONDS
  build_tests "$PRESET" all faults
  # One preset compiles every file by itself, so that headers stay complete.
  [ -z "${FULL:-}" ] || [ "$PRESET" = release ] || build_tests release all
  TIMES+=("$(printf '%-11s %s' build "$(minutes "$begin")")")
}

cmd_test() {
  local yes=0 groups=() own=() begin=$SECONDS only=run_groups
  if [ "${1:-}" = compat ] && [ "${2:-}" = --list ]; then
    exec python3 "$ROOT/tests/system/compat/facts.py" --list
  fi
  IM_SEED=$(seed_of_tree)
  while [ $# -gt 0 ]; do
    case $1 in
      --yes) yes=1 ;;
      --full) export FULL=1 ;;
      --build-only) only=build_only ;;
      --seed) need_value "$@"; IM_SEED=$2; shift ;;
      --list) list_groups; return 0 ;;
      *) check_group "$1"; groups+=("$1") ;;
    esac
    shift
  done
  export IM_SEED IM_JUNIT=$ROOT/build/junit
  [ ${#groups[@]} -gt 0 ] || mapfile -t groups < <(plain_groups)
  mapfile -t own < <(group_packages "${groups[@]}")
  install_packages "$yes" "${PROGRAM_PACKAGES[@]}" "${TEST_PACKAGES[@]}" "${KAFKA_PACKAGES[@]}" "${REDIS_PACKAGES[@]}" "${own[@]}"
  if [ $only = build_only ]; then
    build_only "${groups[@]}"
    return
  fi
  TIMES+=("$(printf '%-11s %s' install "$(minutes "$begin")")")
  [ -n "${IM_NO_BUILD:-}" ] || build_for_tests
  rm -rf "$IM_JUNIT"
  mkdir -p "$IM_JUNIT"
  [ -n "${IM_NO_BUILD:-}" ] || build_behind "${groups[@]}"
  run_groups "${groups[@]}"
  say "$PASSED groups passed, $FAILED failed, 0 skipped, $(((SECONDS - begin) / 60)) min in all; seed $IM_SEED; JUnit files: build/junit"
  [ $FAILED = 0 ]
}

run_groups() {
  local name
  for name in "$@"; do group "$name"; done
  junit_groups
  for name in "${FAILED_GROUPS[@]}"; do why_failed "$name"; done
  printf '%s\n' "${TIMES[@]}"
  for name in "${FAILED_GROUPS[@]}"; do named_in "$name" | sed "s/^/$name: /"; done
}

# named_in GROUP: the first lines of its log that name what failed.
named_in() { grep -E '^(FAIL|not ok|\[  FAILED|  *✘|[A-Za-z.]*(Error|Exception|Closed)\b)' "$IM_JUNIT/$1.log" | cut -c1-300 | head -n 6 || true; }

# why_failed GROUP: what it said of its failures, and its last lines, so that they stand at the end of a long run.
why_failed() {
  say_step "group $1 failed; its whole log: build/junit/$1.log"
  grep -nE -A 25 '^(FAIL|not ok|\[  FAILED|  *✘)' "$IM_JUNIT/$1.log" | cut -c1-600 | head -n 120 || true
  tail -n 25 "$IM_JUNIT/$1.log" | cut -c1-600
}
