# kill -9 of three kinds of process (--full: all, 20 of each; a router stands still, too) under 500 pushes/s: nothing acknowledged is lost
# 4 min, one of kills
SURVIVE_CLUSTER=(--comets 2 --logics 2 --jobs 2 --routers 2 --redis local)

survive() { IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/faults/survive.py" "$@"; }

# A job that commits before it hands over, killed in the same way: must be red, and because of loss.
early_commit_is_seen() {
  local out=$RUN/early.out
  export FAULT=job.commit_early:always IM_JOB=$ROOT/build/$PRESET/tests/job-faults
  test_cluster_up --kafka real "${SURVIVE_CLUSTER[@]}"
  if survive --kinds job --kills 2 >"$out" 2>&1; then
    cat "$out"
    say "NOT SEEN: messages lost by committing early"
    return 1
  fi
  grep -qE '^job: lost=[1-9]' "$out" || { cat "$out"; say "red, but not because of loss"; return 1; }
  say "seen: messages lost by committing early: $(grep '^job: ' "$out")"
}

test_survive() {
  load_key
  test_cluster_up --kafka real "${SURVIVE_CLUSTER[@]}"
  if [ -n "${FULL:-}" ]; then survive --kills 20 --kinds none,job,router,stopped,logic,comet,redis,broker,mixed; else survive; fi
  early_commit_is_seen
}
