# push API with keys: openapi.json linted, every example replayed, keys, idempotency, limits, faults
# 1 min
test_push_api() {
  local venv=$ROOT/build/venv keys=$ROOT/build/run-test-keys.json
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$ROOT/tests/system/push_api/requirements.txt"
  "$venv/bin/python" "$ROOT/tests/system/push_api/lint_openapi.py" "$ROOT/logic/push_api/assets/openapi.json"
  rm -f "$keys"
  IM_LOGIC_FLAGS="--push_api.keys_file=$keys --push_api.public=true --kafka.delivery_timeout=2s" test_cluster_up --kafka dev
  IM_KEYS=$keys IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  export IM_KEYS IM_PUBLIC
  "$venv/bin/python" "$ROOT/tests/system/push_api/test_push_api.py"
  cmd_kill kafka
  "$venv/bin/python" "$ROOT/tests/system/push_api/test_push_api.py" --without-kafka
}
