#!/usr/bin/env bash
# lint.sh: the checks of the source tree. One line a check, a summary, exit 1 when one found something.
# Needs python3 and clang-format-19; shellcheck when it is there; with --tidy clang-tidy-19. All three are Debian packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'EOF'
tools/lint.sh                          format, includes, names in unity builds, links, tests that documents name, length of files, headers, a header for each .cpp, shell
tools/lint.sh --tidy BUILD_DIR [FILE...]   also clang-tidy over these files (all of ours without any) with
                                       BUILD_DIR/compile_commands.json
EOF
}

MAX_LINES=300
PASSED=0
FAILED=0
TIDY=""
FILES=()

# verdict NAME FOUND: one line, and what was found.
verdict() {
  if [ -z "$2" ]; then
    PASSED=$((PASSED + 1))
    printf '%-9s ok\n' "$1"
  else
    FAILED=$((FAILED + 1))
    printf '%-9s FAILED\n%s\n' "$1" "$2"
  fi
}

# version19 PROGRAM: the name under which its version 19 is installed.
version19() {
  local name
  for name in "$1-19" "$1"; do
    if command -v "$name" >/dev/null && "$name" --version | grep -q 'version 19\.'; then
      echo "$name"
      return
    fi
  done
  echo "lint: $1 19 is missing; apt-get install $1-19" >&2
  exit 2
}

sources() { git ls-files -- '*.cpp' '*.hpp'; }

check_format() {
  local program
  program=$(version19 clang-format)
  sources | xargs "$program" --dry-run -Werror 2>&1 | grep -oE '^[^ ]+: error' | cut -d: -f1 | sort -u | sed 's/^/  not formatted: /'
}

# forbid WHY PATTERN PATH...: no include in these paths matches.
forbid() {
  local why=$1 pattern=$2
  shift 2
  git grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($pattern)" -- "$@" | sed "s|\$|   ($why)|; s|^|  |" || true
}

check_includes() {
  local daemon others
  for daemon in comet logic router job; do
    others=$(printf '%s\n' comet logic router job | grep -vx "$daemon" | paste -sd'|')
    forbid "daemons meet over the network only" "($others)/" "$daemon"
  done
  forbid "common knows no daemon" "(comet|logic|router|job|tools|tests)/" common
  forbid "no test code in programs" "tests/" comet logic router job tools
  forbid "librdkafka is behind common/kafka" "librdkafka/" . ':!common/kafka' ':!tools/devkafka'
  forbid "only logic and job know Kafka" "common/kafka/" comet router
  forbid "hiredis is behind common/redis" "hiredis/" . ':!common/redis'
  forbid "only router knows Redis" "common/redis/" . ':!common/redis' ':!router' ':!tests/unit/redis' ':!tests/unit/router'
  forbid "libcurl is behind common/client/http_client.hpp" "curl/" . ':!common/client/http_client.cpp' ':!common/client/http_transfer.*'
  forbid "SOCI is behind common/sql" "soci/" . ':!common/sql'
  forbid "only logic has a store" "common/sql/" . ':!common/sql' ':!logic' ':!tests' ':!tools/imctl'
  forbid "libgd is behind tools/picture" "gd.h" . ':!tools/picture'
  forbid "spdlog is behind common/base/log.hpp" "spdlog/" . ':!common/base/log.cpp'
  forbid "toml++ is behind common/config" "toml\\+\\+/" . ':!common/config/load.cpp'
  forbid "prometheus-cpp is behind common/daemon/metrics.hpp" "prometheus/" . ':!common/daemon/metrics.cpp'
  forbid "gRPC is for the daemons and common/rpc" "grpcpp/" common ':!common/rpc'
  forbid "wire and ws depend on nothing" "(boost|grpcpp)/" common/wire common/ws
  python3 tools/check/includes.py || true
}

check_length() {
  git ls-files -- '*.cpp' '*.hpp' '*.proto' '*.py' '*.sh' '*.cmake' '*.ts' '*.tsx' '*.css' im | xargs wc -l |
    awk -v max=$MAX_LINES '$2 != "total" && $1 > max {print "  " $2 ": " $1 " lines, at most " max}'
}

check_headers() {
  git ls-files -- '*.hpp' | xargs grep -L '^#pragma once$' | sed 's/^/  no #pragma once: /' || true
}

# Parts of ./im are read into one shell: no shebang, and what they set is used elsewhere.
check_shell() {
  git ls-files -- '*.sh' im .ci/run | xargs shellcheck --shell=bash --severity=warning --exclude=SC2034 --format=gcc || true
}

tidy_one() {
  local out
  out=$("$TIDY_PROGRAM" -p "$TIDY" --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error "$1" 2>/dev/null) || printf '%s\n' "$out"
}

check_tidy() {
  local tracked
  tracked=$(git ls-files -- 'common/*.cpp' 'comet/*.cpp' 'logic/*.cpp' 'router/*.cpp' 'job/*.cpp' 'tools/*.cpp' 'tests/*.cpp')
  [ ${#FILES[@]} = 0 ] || tracked=$(printf '%s\n' "${FILES[@]}")
  TIDY_PROGRAM=$(version19 clang-tidy)
  export -f tidy_one
  export TIDY TIDY_PROGRAM
  printf '%s\n' "$tracked" | grep -Fxf <(compiled) | xargs -P "$(nproc)" -I{} bash -c 'tidy_one {}'
}

# Sources that the build folder knows, relative to here.
compiled() { grep -oE '"file": "[^"]+"' "$TIDY/compile_commands.json" | cut -d'"' -f4 | sed "s|^$PWD/||" | sort -u; }

while [ $# -gt 0 ]; do
  case $1 in
    --tidy)
      TIDY=${2:?--tidy needs a build folder}
      [ -f "$TIDY/compile_commands.json" ] || { echo "lint: no compile_commands.json in $TIDY; configure it with cmake" >&2; exit 2; }
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) FILES+=("$1") ;;
  esac
  shift
done

version19 clang-format >/dev/null
[ -z "$TIDY" ] || version19 clang-tidy >/dev/null
verdict format "$(check_format)"
verdict includes "$(check_includes)"
verdict unity "$(python3 tools/check/unity_names.py || true)"
verdict links "$(python3 tools/check/links.py || true)"
verdict tests "$(python3 tools/check/named_tests.py || true)"
verdict length "$(check_length)"
verdict headers "$(check_headers)"
verdict pairs "$(python3 tools/check/pairs.py || true)"
if command -v shellcheck >/dev/null; then verdict shell "$(check_shell)"; else echo "shell     skipped: apt-get install shellcheck"; fi
[ -z "$TIDY" ] || verdict tidy "$(check_tidy)"
echo "lint: $PASSED checks passed, $FAILED failed"
[ $FAILED = 0 ]
