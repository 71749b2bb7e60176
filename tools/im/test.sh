# ./im test: groups, their minutes, one summary line.
PASSED=0
FAILED=0

# group NAME COMMAND...: runs it, counts it, says how long it took.
group() {
  local name=$1 begin=$SECONDS
  shift
  say_step "group $name"
  if ("$@"); then
    PASSED=$((PASSED + 1))
    say "group $name: passed in $(((SECONDS - begin) / 60)) min $(((SECONDS - begin) % 60)) s"
  else
    FAILED=$((FAILED + 1))
    say "group $name: FAILED after $(((SECONDS - begin) / 60)) min $(((SECONDS - begin) % 60)) s; again: ./im test $name"
  fi
}

test_unit() {
  build_preset "$PRESET" ON all && ctest --test-dir "$ROOT/build/$PRESET" -L unit --output-on-failure --no-tests=error -j2
}

# v2 cases against a cluster of its own, in its own run folder.
v2_against() {
  export IM_RUN_DIR=$ROOT/build/run-test RUN=$ROOT/build/run-test
  trap cmd_stop EXIT
  cmd_demo --yes --detach --reset "$@" || return 1
  # A fresh router answers "not complete" for one lease; after it, unknown users cost no record.
  IM_TCP=$(port_of comet-1 tcp.port) IM_WS=$(port_of comet-1 ws.port) IM_API=http://127.0.0.1:$(port_of logic-1 http.push_port) \
    python3 "$ROOT/tests/cluster/test_v2.py"
}
test_cluster() { v2_against --kafka dev; }
test_real_kafka() { v2_against --kafka real --comets 2 --logics 2 --jobs 2; }

cmd_test() {
  local yes=0 groups=()
  for word in "$@"; do
    case $word in
      --yes) yes=1 ;;
      --full) ;;
      unit | cluster | real-kafka) groups+=("$word") ;;
      *) say_error "unknown test group \"$word\": unit cluster real-kafka"; exit 2 ;;
    esac
  done
  [ ${#groups[@]} -gt 0 ] || groups=(unit cluster real-kafka)
  install_packages "$yes" "${PROGRAM_PACKAGES[@]}" "${TEST_PACKAGES[@]}" "${KAFKA_PACKAGES[@]}"
  for word in "${groups[@]}"; do group "$word" "test_${word//-/_}"; done
  say "$PASSED groups passed, $FAILED failed, 0 skipped"
  [ $FAILED = 0 ]
}
