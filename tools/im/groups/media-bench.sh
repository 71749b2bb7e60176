# media up and down, 200 files at once, beside nginx in the same run
# 4 min, only when asked
test_media_bench() {
  install_packages "${yes:-0}" nginx
  local files=$ROOT/build/run-test-media-bench
  rm -rf "$files" && mkdir -p "$files/nginx"
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/im.db --requests.rate=0 --media.dir=$files/media --media.day_bytes=0 --media.user_uploads=1000" \
    test_cluster_up --kafka dev
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_BENCH_DIR=$files/nginx
  export IM_PUBLIC IM_BENCH_DIR IM_RUN_DIR=$RUN IM_BIN=$BIN
  python3 "$ROOT/tests/system/media/bench_media.py"
}
