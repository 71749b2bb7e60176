# a build with a planted fault (--full: two) must make the flood red; the same run without the fault must be green
# 2 min, sampled

flood() { "$BIN/im-flood" "${FLOOD_FLAGS[@]}" --connections 200 --users 100 --rate 300 "$@"; }

# flood_with_kill: job-1 is killed and started again in the middle of a flood.
flood_with_kill() {
  flood --seconds 16 --quiet 30 &
  local flood=$!
  sleep 8  # long enough for the job to have its partitions, on a busy machine too
  cmd_kill job-1
  FAULT="" cmd_start job-1
  wait $flood
}

# must_lose WHAT COMMAND...: the command must fail, and because messages are lost.
must_lose() {
  local what=$1 out=$RUN/teeth.out
  shift
  if "$@" >"$out" 2>&1; then
    cat "$out"
    say "NOT SEEN: $what"
    return 1
  fi
  cat "$out"
  grep -q ' lost=[1-9]' "$out" || { say "red, but not because of loss: $what"; return 1; }
  say "seen: $what"
}

with_job() {
  export FAULT=$1 IM_JOB=$2
  test_cluster_up --kafka real
}

early_commit() {
  say "-- a job that commits before it hands over, killed in the same way"
  with_job job.commit_early:always "$ROOT/build/$PRESET/tests/job-faults"
  must_lose "messages lost by committing early" flood_with_kill
}
left_out() {
  say "-- a job that leaves out one record"
  with_job job.skip_record:skip:100 "$ROOT/build/$PRESET/tests/job-faults"
  must_lose "one record left out" flood --seconds 5 --quiet 5
}

test_teeth() {
  local fault
  say "-- control: the real job is killed while it works"
  with_job "" "$BIN/job"
  flood_with_kill
  for fault in $(sampled 1 early_commit left_out); do "$fault"; done
}
