"""F06, F07: a job dies at each of its steps, comes, goes and sleeps."""
import signal
import time

import cluster
from extra import Extra
from window import Row, load, times

SESSION_TIMEOUT_S = 6
POINTS = ("after_fetch", "after_push", "before_commit")


def f06_hooks():
    row = Row("F06", "a third job kills itself " + ", ".join(point.replace("_", " ") for point in POINTS))
    died = 0
    with load() as ledger:
        for point in POINTS:
            for nth in times((40,), (1, 3, 10, 40, 150, 600)):
                # A commit happens every 200 ms, a fetched or settled record hundreds of times a second.
                hit = max(1, nth // 10) if point == "before_commit" else nth
                with Extra("job", fault="job.%s:kill:%d" % (point, hit)) as job:
                    cluster.eventually(lambda: job.process.poll() is not None, "the fault point was not hit", cluster.PATIENCE)
                    died += job.process.returncode == -signal.SIGKILL
                time.sleep(SESSION_TIMEOUT_S + 2)
    row.count(killed_at_point=died)
    row.must(died == len(POINTS) * len(times((40,), range(6))), "not every fault point killed")
    return row.judge(ledger)


def f06_random():
    rounds = times(2, 20)
    row = Row("F06", "kill -9 job-1 at any time, job-2 lives, %d times" % rounds)
    with load() as ledger:
        for i in range(rounds):
            time.sleep(1 + i % 3 * 0.37)
            cluster.kill("job-1")
            time.sleep(1 + i % 2 * SESSION_TIMEOUT_S)
            cluster.start("job-1")
        time.sleep(SESSION_TIMEOUT_S + 2)
    return row.judge(ledger)


def f07_members():
    rounds = times(2, 20)
    row = Row("F07", "a third job joins and leaves, %d times" % rounds)
    with load() as ledger:
        for _ in range(rounds):
            with Extra("job"):
                time.sleep(3)
            time.sleep(2)
    return row.judge(ledger)


def f07_sleeper():
    seconds = SESSION_TIMEOUT_S + 5
    rounds = times(1, 10)
    row = Row("F07", "kill -STOP job-1 for %d s, past its session, then CONT, %d times" % (seconds, rounds))
    with load() as ledger:
        for _ in range(rounds):
            time.sleep(3)
            cluster.pause("job-1")
            try:
                time.sleep(seconds)
            finally:
                cluster.resume("job-1")
            time.sleep(5)
    return row.judge(ledger)


SCENARIOS = [f06_hooks, f06_random, f07_members, f07_sleeper]
