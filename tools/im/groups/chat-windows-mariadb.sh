# the same on MariaDB, Redis and real Kafka with two logics
# 4 min, one of others
# shellcheck source=/dev/null
source "$ROOT/tools/im/groups/chat-windows.sh"

test_chat_windows_mariadb() {
  chat_files
  chat_mariadb
  windows_on_mariadb
}
