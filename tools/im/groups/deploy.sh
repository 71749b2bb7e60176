# systemd units verified and judged by systemd-analyze; daemons built with hardening
# 1 min
test_deploy() {
  local units=$ROOT/build/units unit score
  install_packages "${yes:-0}" systemd
  rm -rf "$units"
  mkdir -p "$units"
  for unit in comet logic router job; do
    # The programs of this build and the shipped configuration in the places of the installed ones.
    sed "s|/usr/lib/webrtc-im/bin/|$BIN/|; s|/etc/webrtc-im/|$ROOT/configs/|" "$ROOT/deploy/systemd/im-$unit.service" >"$units/im-$unit.service"
  done
  systemd-analyze verify --man=no "$units"/*.service
  for unit in "$units"/*.service; do
    score=$(systemd-analyze security --offline=true --threshold=25 --no-pager "$unit" | tail -n 1)
    say "$(basename "$unit"): ${score#*: }"
  done
  for unit in comet logic router job; do hardened "$BIN/$unit"; done
}

# hardened PROGRAM: all symbols bound at start, stack protector, checked library calls and containers (docs/security.md).
hardened() {
  local symbols word
  symbols=$(readelf -Ws --dyn-syms "$1")
  for word in __stack_chk_fail __memcpy_chk __glibcxx_assert_fail; do
    grep -q "$word" <<<"$symbols" || { say_error "$1 was built without $word"; return 1; }
  done
  readelf -d "$1" | grep -q BIND_NOW || { say_error "$1 is not linked with -z now"; return 1; }
  say "$(basename "$1"): hardened"
}
