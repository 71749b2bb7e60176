#!/usr/bin/env bash
# From a bare Debian 12 to the chat page and the first message: a fresh system in a folder (debootstrap), a clone of this repository, one
# command that prints the chat and admin pages, which answer; then a client that watches and a push that arrives. Prints the seconds, split in
# install, build and start. Needs root.
#   tests/bare/demo.sh [--dir DIR] [DEMO-FLAG...]        e.g. tests/bare/demo.sh --kafka real --comets 2 --logics 2 --jobs 2
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
DIR=${TMPDIR:-/tmp}/im-bare
if [ "${1:-}" = --dir ]; then
  DIR=$2
  shift 2
fi
[ "$(id -u)" = 0 ] || { echo "tests/bare/demo.sh: needs root, for debootstrap and chroot" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "tests/bare/demo.sh: apt-get install debootstrap" >&2; exit 2; }

# The Debian mirror this machine uses.
mirror() { cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -oE 'https?://[^ ]*debian/?( |$)' | head -n 1 | tr -d ' '; }

rm -rf "$DIR"
begin=$SECONDS
debootstrap --variant=minbase bookworm "$DIR" "$(mirror)" >/dev/null
echo "bare system: $((SECONDS - begin)) s (not counted)"
# How this machine reaches its registries holds for the new one too.
rm -rf "$DIR/etc/apt/sources.list" "$DIR/etc/apt/sources.list.d" "$DIR/etc/apt/apt.conf.d"
for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/resolv.conf /etc/hosts /etc/ssl/certs /usr/share/ca-certificates \
  /usr/local/share/ca-certificates /etc/maven /root/.m2/settings.xml /etc/pip.conf /root/.config/pip /root/.npmrc; do
  [ -e "$path" ] || continue
  mkdir -p "$DIR$(dirname "$path")"
  cp -aL "$path" "$DIR$path" 2>/dev/null || true
done
given=() # where its certificates are
for name in SSL_CERT_FILE PIP_CERT NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE; do
  path=${!name:-}
  [ -f "$path" ] || continue
  mkdir -p "$DIR$(dirname "$path")"
  cp -L "$path" "$DIR$path" 2>/dev/null || true
  given+=("$name=$path")
done
git clone -q --no-hardlinks "$ROOT" "$DIR/src"

cat >"$DIR/root/try.sh" <<'TRY'
set -euo pipefail
cd /src
begin=$SECONDS
./im demo --yes --detach "$@" | tee /root/demo.out # its line "install ... s, build ... s, start ... s"
chat=$(grep -oE 'http://[^ ]+/chat/#[^ ]+' /root/demo.out | head -n 1 || true)
admin=$(sed -nE 's/^The admin page: ([^ ]+) .*/\1/p' /root/demo.out)
if [ -n "$chat" ]; then # with several logics there are no accounts, and no pages
  for page in "${chat%%#*}" "$admin"; do curl -sf -o /dev/null "$page" || { echo "$page does not answer"; exit 1; }; done
  echo "from the bare system to the chat page and the admin page, both answering: $((SECONDS - begin)) s"
fi
./im demo --open --yes --detach "$@"
./im status
# A client on every comet; one push must reach them all.
tcp=$(./im status --json | grep -oE '"name":"comet-[0-9]+"[^}]*"tcp":[0-9]+' | grep -oE '[0-9]+$')
api=$(./im status --json | grep -oE '"http.push_port":[0-9]+' | head -n 1 | grep -oE '[0-9]+$')
for port in $tcp; do
  timeout 60 build/demo/bin/imctl watch --tcp "127.0.0.1:$port" --room live://1 --count 1 >"/root/watch.$port" 2>/root/watch.err &
done
sleep 2
curl -s -d 'hello' "http://127.0.0.1:$api/goim/push/room?operation=1000&type=live&room=1"
echo
wait
for port in $tcp; do
  grep -q hello "/root/watch.$port" || { echo "the client on port $port got nothing"; cat /root/watch.err; exit 1; }
  echo "client on port $port: $(cat "/root/watch.$port")"
done
./im stop
TRY
# In a namespace of its own, so that nothing outlives the run.
unshare --mount --pid --fork --mount-proc="$DIR/proc" bash -c '
  mount --bind /dev "$1/dev"
  shift_dir=$1; given=$2; shift 2
  exec chroot "$shift_dir" /usr/bin/env -i $given HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} bash /root/try.sh "$@"' bash "$DIR" "${given[*]}" "$@"
rm -rf "$DIR"
