#!/usr/bin/env python3
"""A SQLite file on a disk that is full, takes no writes, fails to sync, or is locked by somebody else. IM_PUBLIC, IM_STORE, IM_RUN_DIR, IM_BIN
come from the environment; needs strace."""
import os
import sqlite3
import sys

from bad_database import Injected, Writers
from runner_of_cases import run


def failing(call, error, codes):
    writers = Writers()
    with Injected(call, error) as injected:
        seen = writers.bad(codes)
        print("     %s %s: answers %s, %d calls failed" % (call, error, seen, injected.hits()))
        assert injected.hits() > 0 and 0 not in seen
    writers.good_again()


def a_full_disk():
    failing("pwrite64", "ENOSPC", (4503,))


def a_disk_that_takes_no_writes():
    failing("pwrite64", "EROFS", (4503,))


def a_disk_that_does_not_sync():
    failing("fdatasync", "EIO", (4503,))


def somebody_else_has_locked_it():
    writers = Writers()
    other = sqlite3.connect(os.environ["IM_STORE"].split(":", 1)[1], timeout=30, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert writers.bad((4429, 4503), times=1) != [0]
    other.execute("ROLLBACK")
    other.close()
    writers.good_again()


if __name__ == "__main__":
    sys.exit(run("bad SQLite", globals()))
