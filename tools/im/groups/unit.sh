# GoogleTest cases without network beyond loopback: every library
# 1 min
test_unit() { ctest --test-dir "$ROOT/build/$PRESET" -L unit --output-on-failure --no-tests=error --output-junit "$IM_JUNIT/ctest-unit.xml" -j2; }
