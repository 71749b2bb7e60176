# clang-tidy on what changed, eight files at most; --full: all of ours
# 3 min
test_tidy() {
  local files=()
  install_packages "${yes:-0}" clang-tidy-19
  build_preset release ON generated  # its list of commands names single files
  if [ -z "${FULL:-}" ]; then
    mapfile -t files < <(changed_files '*.cpp')
    [ ${#files[@]} -gt 0 ] || mapfile -t files < <(git -C "$ROOT" ls-files -- 'comet/*.cpp' 'logic/*.cpp' 'router/*.cpp' 'job/*.cpp' 'common/*.cpp')
    mapfile -t files < <(sampled 8 "${files[@]}")
  fi
  "$ROOT/tools/lint.sh" --tidy "$ROOT/build/release" "${files[@]}"
}
