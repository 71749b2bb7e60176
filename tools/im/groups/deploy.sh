# systemd units: verified and judged by systemd-analyze
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
}
