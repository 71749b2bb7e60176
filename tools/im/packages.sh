# What has to be installed, and how.
PROGRAM_PACKAGES=(g++ cmake ninja-build ccache mold pkg-config git curl ca-certificates libboost1.81-dev libgrpc++-dev libprotobuf-dev
  protobuf-compiler protobuf-compiler-grpc librdkafka-dev libhiredis-dev libcurl4-openssl-dev libspdlog-dev libfmt-dev libtomlplusplus-dev libcli11-dev
  prometheus-cpp-dev libssl-dev libsoci-dev libmariadb-dev libsqlite3-dev libargon2-dev libgd-dev zlib1g-dev iproute2 procps)
TEST_PACKAGES=(libgtest-dev libgmock-dev python3 python3-venv clang-format-19 shellcheck zsh strace)
KAFKA_PACKAGES=(openjdk-17-jre-headless maven kcat)
REDIS_PACKAGES=(redis-server redis-tools)
MARIADB_PACKAGES=(mariadb-server)
BALANCER_PACKAGES=(haproxy)
NGINX_PACKAGES=(nginx libnginx-mod-stream)
CALLS_PACKAGES=(coturn)
WEB_PACKAGES=(python3 python3-venv)
BROWSER_PACKAGES=(chromium)
FONT_PACKAGES=(fonts-wqy-microhei fonts-noto-color-emoji)  # what pictures of pages need for Chinese and emoji
PEERS_PACKAGES=(golang-go)
FUZZ_PACKAGES=(clang-19 libclang-rt-19-dev)

# group_packages GROUP...: what has to be there before one of them builds.
group_packages() {
  case " $* " in *" fuzz "*) printf '%s\n' "${FUZZ_PACKAGES[@]}" ;; esac
}

# install_packages YES NAME...: shows what is missing, asks unless YES is 1, installs.
install_packages() {
  local yes=$1 missing=() name answer
  shift
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "To be installed with apt-get: ${missing[*]}"
  if [ "$yes" != 1 ]; then
    read -r -p "Install now? [y/N] " answer
    [ "$answer" = y ] || { say_error "not installed; nothing was changed"; exit 1; }
  fi
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
