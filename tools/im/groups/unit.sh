# GoogleTest cases without network beyond loopback: every library
test_unit() { ctest --test-dir "$ROOT/build/$PRESET" -L unit --output-on-failure --no-tests=error -j2; }
