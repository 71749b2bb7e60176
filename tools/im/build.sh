# A unity build takes a third of the time of a build of single files; who develops has one of these already.
default_preset() {
  if [ -f "$ROOT/build/release/build.ninja" ] && [ ! -f "$ROOT/build/demo/build.ninja" ]; then echo release; else echo demo; fi
}

# build_preset PRESET TESTS(ON|OFF) TARGET...: configures when needed, builds.
build_preset() {
  local preset=$1 tests=$2 dir=$ROOT/build/$1
  shift 2
  if [ ! -f "$dir/build.ninja" ] || { [ "$tests" = ON ] && ! grep -q '^IM_BUILD_TESTS:BOOL=ON' "$dir/CMakeCache.txt"; }; then
    (cd "$ROOT" && cmake --preset "$preset" -DIM_BUILD_TESTS="$tests" >/dev/null)
  fi
  say_step "building $* ($preset); a first build takes some minutes on 2 cores"
  NINJA_STATUS='[%f/%t %es] ' cmake --build "$dir" --target "$@"
}
build_tests() { build_preset "$1" ON "${@:2}"; }

# build_demo PRESET PAGES(0|1): the programs, and the pages beside them. A shell of its own, see web_begin.
build_demo() (
  [ "$2" = 0 ] || web_begin
  build_preset "$1" OFF demo
  [ "$2" = 0 ] || web_end
)
