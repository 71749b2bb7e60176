# GoogleTest cases without network beyond loopback: every library; --full: with a body of 1 GiB to a file and back
# 1 min
test_unit() {
  IM_HTTP_LARGE_MIB=${FULL:+1024} ctest --test-dir "$ROOT/build/$PRESET" -L unit --output-on-failure --no-tests=error --output-junit "$IM_JUNIT/ctest-unit.xml" -j2
}
