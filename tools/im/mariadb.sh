# A MariaDB of our own: its data in one folder, reached by a socket there, run as whoever calls, no network.

# mariadb_up FOLDER [SERVER-FLAG...]: starts it (made anew when the folder is empty), waits until it answers, makes the
# database "im". Sets MARIADB_DSN.
mariadb_up() {
  local folder=$1 log=$1/log
  shift
  mkdir -p "$folder"
  if [ ! -d "$folder/data/mysql" ]; then
    mariadb-install-db --no-defaults --datadir="$folder/data" --user="$(id -un)" --auth-root-authentication-method=normal \
      --skip-test-db >"$folder/install.log" 2>&1 || { cat "$folder/install.log"; return 1; }
  fi
  # The path of a socket is short by law (108 bytes): a folder that is too deep gets a name elsewhere.
  local socket=$folder/sock
  [ ${#socket} -lt 100 ] || socket=$(mktemp -d)/sock
  mariadbd --no-defaults --datadir="$folder/data" --user="$(id -un)" --socket="$socket" --pid-file="$folder/pid" --skip-networking \
    --innodb-buffer-pool-size=64M --character-set-server=utf8mb4 "$@" >"$log" 2>&1 &
  local pid=$! i
  for i in $(seq 300); do
    mariadb-admin --no-defaults --socket="$socket" --user=root ping >/dev/null 2>&1 && break
    kill -0 "$pid" 2>/dev/null || { tail -5 "$log"; return 1; }
    sleep 0.1
  done
  mariadb --no-defaults --socket="$socket" --user=root -e 'CREATE DATABASE IF NOT EXISTS im CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' || return 1
  MARIADB_DSN="mysql://root@/im?socket=$socket"
}

# mariadb_down FOLDER: ends it and waits until it has, a minute at most. Whose parent does not look after it is a zombie then, and has ended.
mariadb_down() {
  local pid start
  pid=$(cat "$1/pid" 2>/dev/null) || return 0
  start=$(started_at "$pid")
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 600); do
    [ -n "$start" ] && [ "$(started_at "$pid")" = "$start" ] || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
}
