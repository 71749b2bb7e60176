# the old page's lobby when each of two logics, two routers and a comet is killed, on MariaDB, Redis and real Kafka (--full: three times as many)
# 3 min, one of others
# shellcheck source=/dev/null
source "$ROOT/tools/im/groups/talk.sh"

test_webim_kills_mariadb() {
  local kills=logic-1,router-2,logic-2,comet-1,router-1
  [ -z "${FULL:-}" ] || kills=$kills,$kills,$kills
  chat_files
  chat_mariadb
  CHAT_LOGIC_FLAGS="--webim.enabled=true --webim.message_gap=0s --webim.stay_grace=20s"
  (
    chat_cluster "$MARIADB_DSN" --logics 2 --routers 2 --jobs 2 --redis local --kafka real
    IM_WEBIM=$(port_of comet-1 webim.port),$(port_of comet-2 webim.port)
    IM_MARIADB=$CHAT_FILES/mariadb
    export IM_WEBIM IM_MARIADB
    python3 "$ROOT/tests/system/webim/kills.py" --kills $kills
    python3 "$ROOT/tests/system/webim/test_stays.py" router-1 logic-1
  )
}
