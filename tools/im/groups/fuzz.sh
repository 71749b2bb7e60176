# libFuzzer on every parser that reads from a socket, each at least 60 s from its corpus
test_fuzz() {
  install_packages "${yes:-0}" clang-19 libclang-rt-19-dev
  build_preset fuzz OFF fuzzers
  "$ROOT/tests/fuzz/run.sh" "${IM_FUZZ_SECONDS:-60}"
}
