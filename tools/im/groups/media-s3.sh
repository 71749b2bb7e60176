# media in an S3 store that checks signatures: a store that fails, in each phase of a medium, a killed logic, files and requests of attackers, check and gc; --full: all phases, 200 MiB with cuts too
# 3 min, only when asked
test_media_s3() {
  local files=$ROOT/build/run-test-media-s3 venv=$ROOT/build/venv-s3 s3 _
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$ROOT/tests/system/media/requirements.txt"
  rm -rf "$files" && mkdir -p "$files/s3"
  "$venv/bin/python" "$ROOT/tests/system/media/s3_server.py" "$files/s3" >"$files/s3.log" 2>&1 &
  s3=$!
  # shellcheck disable=SC2064  # its number as it is now
  trap "kill $s3" EXIT
  for _ in $(seq 600); do [ -f "$files/s3/s3.json" ] || sleep 0.2; done
  s3_fact() { "$venv/bin/python" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$files/s3/s3.json" "$1"; }
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/im.db --webim.enabled=true --requests.rate=0 --media.dir=$files/media --media.unfinished_ttl=20s --media.day_bytes=0
    --media_s3.endpoint=$(s3_fact door) --media_s3.bucket=$(s3_fact bucket) --media_s3.prefix=media/ --media_s3.key_id=$(s3_fact key_id) --media_s3.secret_file=$files/s3/secret --media_s3.deadline=8s" \
    test_cluster_up --kafka dev
  # shellcheck disable=SC2064
  trap "cmd_stop; kill $s3" EXIT
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_MEDIA_DIR=$files/media IM_S3_DIR=$files/s3 IM_DB=$files/im.db
  export IM_PUBLIC IM_MEDIA_DIR IM_S3_DIR IM_DB IM_RUN_DIR=$RUN IM_BIN=$BIN
  "$venv/bin/python" "$ROOT/tests/system/media/test_s3.py"
  "$venv/bin/python" "$ROOT/tests/system/media/test_ends.py"
  "$venv/bin/python" "$ROOT/tests/system/media/test_own.py"
  "$venv/bin/python" "$ROOT/tests/system/media/test_hostile.py"
  "$venv/bin/python" "$ROOT/tests/system/media/test_check.py"
  "$venv/bin/python" "$ROOT/tests/system/media/test_s3_phases.py"
  [ -z "${FULL:-}" ] || "$venv/bin/python" "$ROOT/tests/system/media/test_large.py"
}
