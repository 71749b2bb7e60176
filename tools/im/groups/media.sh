# media: uploads over cuts and a killed logic, messages and who may read them, files and requests of attackers, pictures that grow, check and gc, and three of five by the commit: a full disk, a start on one, 200 MiB, neighbours, logic killed in each phase
# 6 min
test_media() {
  local files=$ROOT/build/run-test-media
  rm -rf "$files" && mkdir -p "$files"
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/im.db --requests.rate=0 --media.dir=$files/media --media.unfinished_ttl=20s --media.link_ttl=15s" \
    test_cluster_up --kafka dev
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_MEDIA_DIR=$files/media
  IM_DB=$files/im.db
  export IM_PUBLIC IM_MEDIA_DIR IM_DB IM_RUN_DIR=$RUN IM_BIN=$BIN
  python3 "$ROOT/tests/system/media/test_upload.py"
  python3 "$ROOT/tests/system/media/test_messages.py"
  python3 "$ROOT/tests/system/media/test_ends.py"
  python3 "$ROOT/tests/system/media/test_own.py"
  python3 "$ROOT/tests/system/media/test_patience.py"
  python3 "$ROOT/tests/system/media/test_lies.py"
  python3 "$ROOT/tests/system/media/test_chat_client.py"
  python3 "$ROOT/tests/system/media/test_limits.py"
  python3 "$ROOT/tests/system/media/test_hostile.py"
  python3 "$ROOT/tests/system/media/test_grown.py"
  python3 "$ROOT/tests/system/media/test_check.py"
  local file
  for file in $(sampled 3 full full_start large neighbours phases); do python3 "$ROOT/tests/system/media/test_$file.py"; done
  python3 "$ROOT/tests/system/media/test_try_it.py"
}
