# libFuzzer on every parser that reads from a socket, each at least 60 s from its corpus
test_fuzz() {
  build_preset fuzz OFF all
  "$ROOT/tests/fuzz/run.sh" "${IM_FUZZ_SECONDS:-60}"
}
