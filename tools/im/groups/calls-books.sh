# kill -9 of a logic at each step of the end of a call: its message, its rows and what devices hear are there once; the database dies in a call; two logics on MariaDB
# 4 min, one of others
# shellcheck source=/dev/null
source "$ROOT/tools/im/groups/talk.sh"

test_calls_books() {
  chat_files
  chat_mariadb
  CHAT_LOGIC_FLAGS="--calls.pair_invites=1000 --requests.command_rates=hello=1000/1000"
  (
    chat_cluster "$MARIADB_DSN" --kafka dev --logics 2 --routers 2 --redis local
    export IM_MARIADB=$CHAT_FILES/mariadb
    PYTHONPATH=$ROOT/tests/system/requests:$ROOT/tests/system/chat:$PYTHONPATH python3 "$ROOT/tests/system/calls/test_books.py"
    PYTHONPATH=$ROOT/tests/system/requests:$ROOT/tests/system/chat:$PYTHONPATH python3 "$ROOT/tests/system/calls/test_store_away.py"
  )
}
