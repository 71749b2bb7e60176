#!/usr/bin/env bash
# run.sh SECONDS [TARGET...]: every fuzz target that long from its committed corpus, as many at a time as there are
# cores. New inputs stay in build/fuzz/corpus, crashing ones in build/fuzz/crashes.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SEEDS=$ROOT/tests/fuzz
BUILD=${IM_FUZZ_BUILD:-$ROOT/build/fuzz}
SYMBOLIZER=$(command -v llvm-symbolizer-19 || command -v llvm-symbolizer || true)
[ -z "$SYMBOLIZER" ] || export ASAN_SYMBOLIZER_PATH=$SYMBOLIZER

# one TARGET SECONDS: prints its line, fails on a crash.
one() {
  local target=$1 seconds=$2 log=$BUILD/$1.log begin=$SECONDS rc=0 runs crash dict=()
  [ -f "$SEEDS/${target#fuzz_}.dict" ] && dict=("-dict=$SEEDS/${target#fuzz_}.dict")
  mkdir -p "$BUILD/corpus/$target" "$BUILD/crashes"
  "$BUILD/bin/$target" "-max_total_time=$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 "${dict[@]}" \
    "-artifact_prefix=$BUILD/crashes/$target-" "$BUILD/corpus/$target" "$SEEDS/corpus/$target" >"$log" 2>&1 || rc=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  echo "$target: runs=${runs:-0} seconds=$((SECONDS - begin)) crashes=$((rc != 0))"
  [ $rc = 0 ] && return 0
  crash=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
  { grep -vE "^#[0-9]|NEW_FUNC" "$log" || true; } | tail -40 >&2
  echo "$target: rc=$rc, input kept in ${crash:-(none)}; again: $BUILD/bin/$target ${crash:-}; log: $log" >&2
  return 1
}

if [ "${1:-}" = --one ]; then
  one "$2" "$3"
  exit
fi
seconds=${1:?usage: run.sh SECONDS [TARGET...]}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(basename -s .cpp "$SEEDS"/fuzz_*.cpp)
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} "$0" --one {} "$seconds"
