#!/usr/bin/env python3
"""A MariaDB that is killed, stands still, or takes no writes. IM_MARIADB is its folder, IM_MARIADB_START starts it; see two_logics.py for the
rest of the environment, IM_RUN_DIR and IM_BIN besides."""
import os
import signal
import subprocess
import sys
import time

import cluster
from bad_database import Writers
from runner_of_cases import run

FOLDER = os.environ["IM_MARIADB"]


def server():
    with open(os.path.join(FOLDER, "pid")) as file:
        return int(file.read())


def it_is_gone():
    writers = Writers()
    os.kill(server(), signal.SIGKILL)
    time.sleep(0.5)  # its sockets are closed by then; the first answers may still be of the time before
    seen = writers.bad((4503, 4429))
    assert 0 not in seen, seen
    cluster.eventually(lambda: os.system(os.environ["IM_MARIADB_START"]) == 0, "MariaDB does not start", 60)
    writers.good_again()


def it_stands_still():
    writers = Writers()
    os.kill(server(), signal.SIGSTOP)
    try:
        begin = time.monotonic()
        assert writers.bad((4503, 4429), times=1) != [0]
        print("     answered while it stood still, after %.1f s" % (time.monotonic() - begin))
    finally:
        os.kill(server(), signal.SIGCONT)
    writers.good_again()


def it_takes_no_writes():
    """Its tables are locked for reading, as for a backup: no write gets through."""
    writers = Writers()
    lock = subprocess.Popen(["mariadb", "--no-defaults", "--user=root", "--socket=" + os.path.join(FOLDER, "sock"), "--unbuffered"],
                            stdin=subprocess.PIPE)
    lock.stdin.write(b"FLUSH TABLES WITH READ LOCK;\n")
    lock.stdin.flush()
    try:
        cluster.eventually(lambda: writers.write() != 0, "writes go on", 60)
    finally:
        lock.stdin.close()  # its session ends, and the lock with it
        lock.wait()
    writers.good_again()


if __name__ == "__main__":
    sys.exit(run("bad MariaDB", globals()))
