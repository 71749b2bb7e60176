#!/usr/bin/env python3
"""What two logics on MariaDB do at once for one user. IM_PUBLIC and IM_PUBLIC2 come from the environment; media.day_bytes is 1 MiB."""
import hashlib
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from doors import Http  # noqa: E402
from media_client import PUBLIC, code, pair  # noqa: E402
from runner_of_cases import run  # noqa: E402

BASES = (PUBLIC, os.environ["IM_PUBLIC2"])
ROUNDS = 6          # the race is lost in one of three without the lock
UNFINISHED, DAY = 20, 1 << 20


def at_once(count, size, name):
    """The answers to so many media.begin of one user, half of them through each logic; `name` says whose bytes number i are."""
    ann, _, conv = pair()
    doors, answers, barrier = [Http(BASES[i % 2], ann.token) for i in range(count)], [], threading.Barrier(count)

    def one(number):
        barrier.wait()
        answers.append(doors[number].ask("media.begin", name="a", size=size, conv_id=conv, sha256=hashlib.sha256(b"%d" % name(number)).hexdigest()))
    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == count and {code(answer) for answer in answers} <= {0, 4429}, answers
    return [answer for answer in answers if answer["ok"]]


def a_user_has_so_many_unfinished_ones_on_both():
    for _ in range(ROUNDS):
        assert len(at_once(2 * UNFINISHED, 100, lambda number: number)) == UNFINISHED


def a_day_has_so_many_bytes_on_both():
    for _ in range(ROUNDS):
        assert len(at_once(16, DAY * 2 // 5, lambda number: number)) == 2


def the_same_bytes_begin_once_on_both():
    for _ in range(ROUNDS):
        assert len({answer["media_id"] for answer in at_once(16, 100, lambda _: 0)}) == 1


if __name__ == "__main__":
    sys.exit(run("media of two logics", globals()))
