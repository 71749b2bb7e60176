# build_preset PRESET TESTS(ON|OFF) TARGET: configures once, builds.
build_preset() {
  local preset=$1 tests=$2 target=$3 dir=$ROOT/build/$1
  if [ ! -f "$dir/build.ninja" ] || { [ "$tests" = ON ] && ! grep -q '^IM_BUILD_TESTS:BOOL=ON' "$dir/CMakeCache.txt"; }; then
    (cd "$ROOT" && cmake --preset "$preset" -DIM_BUILD_TESTS="$tests" >/dev/null)
  fi
  say_step "building $target ($preset); a first build takes about 6 minutes on 2 cores"
  cmake --build "$dir" --target "$target"
}
