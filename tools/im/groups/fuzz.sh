# libFuzzer on every parser of outside bytes, from its corpus: 5 s each, 15 s for three and for those that changed; --full: 60 s each
# 4 min

# fuzz_sources TARGET: the folder of the parser and the target itself.
fuzz_sources() {
  case ${1#fuzz_} in
    ws_*) echo common/ws ;;
    http_* | url) echo common/http ;;
    json_* | wire_*) echo common/wire ;;
    op_list) echo comet/wire ;;
    duration) echo logic/media ;;
    proxy_header) echo comet/edge ;;
    utf8) echo common/base ;;
    jwt) echo common/jwt ;;
    api_keys) echo common/keys ;;
    hook_answer) echo logic/identity ;;
    push_json) echo logic/push_api ;;
    request) echo logic/requests ;;
    client_reader) echo comet/client ;;
    push_record) echo job ;;
    redis_fields) echo router/sessions ;;
    *) echo tests/fuzz ;;
  esac
  echo "tests/fuzz/$1.cpp"
}

# fuzz_long TARGET...: those that changed and three more.
fuzz_long() {
  local target
  {
    for target in "$@"; do
      # shellcheck disable=SC2046
      [ -z "$(changed_files $(fuzz_sources "$target"))" ] || echo "$target"
    done
    sampled 3 "$@"
  } | sort -u
}

# fuzz_targets: all; without --full, those that need no protocol file.
fuzz_targets() {
  local all
  all=$(basename -s .cpp "$ROOT"/tests/fuzz/fuzz_*.cpp)
  [ -n "${FULL:-}" ] && echo "$all" || grep -vxF "$(sed -n 's/^im_fuzzer(\([a-z_]*\) FULL.*/\1/p; s/^im_fuzzer(\([a-z_]*\) FULL$/\1/p' "$ROOT/tests/fuzz/CMakeLists.txt")" <<<"$all"
}

build_fuzz() { build_preset fuzz OFF "$([ -n "${FULL:-}" ] && echo fuzzers_full || echo fuzzers)"; }

test_fuzz() {
  local targets long short
  mapfile -t targets < <(fuzz_targets)
  mapfile -t long < <(fuzz_long "${targets[@]}")
  mapfile -t short < <(printf '%s\n' "${targets[@]}" | grep -vxF "$(printf '%s\n' "${long[@]}")")
  "$ROOT/tests/fuzz/run.sh" "${IM_FUZZ_SECONDS:-$([ -n "${FULL:-}" ] && echo 60 || echo 15)}" "${long[@]}"
  [ ${#short[@]} = 0 ] || "$ROOT/tests/fuzz/run.sh" 5 "${short[@]}"
}
