# builds with planted faults must make the flood and the ledger red; the same runs without a fault must be green. --full: 16 faults
# 5 min, one of others

flood() { "$BIN/im-flood" "${FLOOD_FLAGS[@]}" --connections 200 --users 100 --rate 300 "$@"; }

# The first seconds of a cluster and its broker on a busy machine, in which pushes wait longer than their caller: judged by nobody.
warm_up() { flood --seconds 5 --quiet 30 >/dev/null || true; }

# flood_with_kills: job-1 is killed and started again, three times in the middle of a flood: one kill may find nothing in its hands.
flood_with_kills() {
  flood --seconds 32 --quiet 30 &
  local flood=$! kill
  sleep 7  # long enough for the job to have its partitions, on a busy machine too
  for kill in 1 2 3; do
    cmd_kill job-1
    cmd_start job-1
    [ $kill = 3 ] || sleep 8  # Kafka gives it the partitions of the dead one after 6 s
  done
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

left_out() {
  say "-- a job that leaves out one record"
  with_job job.skip_record:skip:100 "$ROOT/build/$PRESET/tests/job-faults"
  must_lose "one record left out" flood --seconds 5 --quiet 5
}

# Two of everything, so that a fault in one of them has a way past the other.
with_mutants() {
  unset FAULT IM_JOB
  load_key
  test_cluster_up --kafka real --comets 2 --logics 2 --jobs 2 --routers 2 --redis local
  IM_RUN_DIR=$RUN IM_BIN=$BIN python3 "$ROOT/tests/system/faults/mutants.py"
}

test_teeth() {
  say "-- control: the real job is killed while it works"
  with_job "" "$BIN/job"
  warm_up
  flood_with_kills
  left_out
  say "-- one fault in job, comet, router or logic after the other, judged by the ledger"
  with_mutants
}
