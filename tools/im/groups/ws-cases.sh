# RFC 6455 cases with Autobahn's numbers against comet's echo listener, and against servers with planted flaws
# 1 min
test_ws_cases() {
  python3 "$ROOT/tests/system/ws_cases/run.py" --comet "$BIN/comet"
  python3 "$ROOT/tests/system/ws_cases/run.py" --self-test
}
