#!/usr/bin/env python3
"""Failure windows of chat under load (docs/reliability.md), one row each, on a running cluster with accounts and a store.
  windows_chat.py --on sqlite|mariadb [--only NAME,...]
A plain ./im test takes the run without a fault, some windows and one build with a planted fault, by the seed. Exit 1 when a promise was broken."""
import argparse
import os
import signal
import sqlite3
import sys
import time
import traceback

import cluster
from load import Load, Row, instead, times
from one_way import OneWay
from sample import sampled

PLAIN = 2
HIT = 300  # seconds in which the load reaches the point of a fault, however slow the machine is


def tcp(name):
    return cluster.port(name, "tcp.port")


def w26_no_fault():
    return no_fault(times(60, 600))


def w26_no_fault_for_a_while():
    return no_fault(times(20, 600))


def no_fault(seconds):
    row = Row("W26", "no fault")
    with Load(rate=500, users=200, conversations=50, seconds=seconds) as load:
        pass
    return row.judge(load)


def w01_cut_before_the_answer():
    row = Row("W01", "connections die between a request and its answer")
    nets = [OneWay(tcp(name)) for name in cluster.names("comet")]
    with Load(comets=[net.port for net in nets]) as load:
        for net in nets:
            net.cutting.set()
        time.sleep(times(10, 120))
        cluster.eventually(lambda: sum(net.cuts for net in nets) > 20, "hardly any is cut", HIT)
        for net in nets:
            net.cutting.clear()
    row.counters.append("cut=%d" % sum(net.cuts for net in nets))
    return row.judge(load)


def at_point(window, what, fault):
    row = Row(window, what)
    with instead("logic-1", fault=fault) as give_back:
        with Load() as load:
            cluster.dead("logic-1")
            time.sleep(1)
            give_back()
            time.sleep(2)
    return row.judge(load)


def w02_after_commit():
    return at_point("W02", "logic dies with rows committed, neither answered nor pushed", "store.after_commit:kill:%d" % times(700, 1500))


def w02_before_commit():
    return at_point("W02", "logic dies with rows written and not committed", "store.before_commit:kill:%d" % times(700, 1500))


def w02_before_produce():
    return at_point("W02", "logic dies with a push located and not produced", "logic.before_produce:kill:%d" % times(700, 1500))


def w02_random():
    rounds = times(3, 20)
    row = Row("W02", "kill -9 of a logic every 3 s, %d times" % rounds)
    names = cluster.names("logic")
    with Load() as load:
        for i in range(rounds):
            name = names[i % len(names)]
            time.sleep(1 + i % 3 * 0.37)
            cluster.kill(name)
            time.sleep(1)
            cluster.start(name)
    return row.judge(load)


def w04_two_comets():
    row = Row("W04", "devices go to the other comet and back, the one they leave hears of it late")
    nets = [OneWay(tcp(name)) for name in cluster.names("comet")]
    for net in nets:
        net.late_end = 3
    with Load("--churn", "20", comets=[net.port for net in nets]) as load:
        time.sleep(times(12, 120))
    row.must(load.count("losses") > 50, "too few left")
    return row.judge(load)


def caught_up(jobs):
    """They hold partitions, and little waits in them."""
    lags = [value for job in jobs for name, value in cluster.metrics(job).items() if name.startswith("im_job_lag_records")]
    return bool(lags) and sum(lags) < 100


def w06_job():
    """Every second kill meets a job that has caught up: if none did, no device would be there long enough to be judged."""
    rounds = times(2, 20)
    names = cluster.names("job")
    row = Row("W06", "kill -9 of a job at any time, %d times" % rounds)
    with Load("--settle", "90") as load:
        for i in range(rounds):
            time.sleep(1 + i % 3 * 0.37)
            cluster.kill(names[i % len(names)])
            time.sleep(1)
            cluster.start(names[i % len(names)])
            if i % 2:
                cluster.eventually(lambda: caught_up(names), "the jobs do not catch up", 180)
    return row.judge(load)


def w21_rolling():
    row = Row("W21", "SIGTERM and start of each daemon in turn")
    names = [name for kind in ("comet", "logic", "job", "router") for name in cluster.names(kind)]
    with Load("--settle", "90") as load:
        for name in names * times(1, 10):
            number = cluster.pid(name)
            os.kill(number, signal.SIGTERM)
            cluster.eventually(lambda gone=number: not cluster.alive(gone), "%s does not end" % name, 180)
            cluster.start(name)
            time.sleep(1)
    return row.judge(load)


def w13_locked():
    row = Row("W13", "the database is locked by somebody else for 8 s")
    path = os.environ["IM_STORE"].split(":", 1)[1]
    with Load() as load:
        time.sleep(2)
        other = sqlite3.connect(path, timeout=30, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(8)
        other.execute("ROLLBACK")
        other.close()
        time.sleep(2)
    return row.judge(load)


def injected(what, call, error, count):
    """The system call fails `count` times in a row, at a moment under load."""
    row = Row("W13", what)
    first = times(5000, 12000) if call == "pwrite64" else times(300, 900)
    log = os.path.join(cluster.RUN, "log", "strace.log")
    trace = ("strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", "trace=" + call,
             "-e", "inject=%s:error=%s:when=%d..%d" % (call, error, first, first + count))
    with instead("logic-1", before=trace) as give_back:
        with Load() as load:
            cluster.eventually(lambda: injections(log) > 0, "nothing was injected", HIT)
            time.sleep(times(5, 20))  # the rest of them, and some time after
            give_back()
            time.sleep(2)
    row.counters.append("injected=%d" % injections(log))
    return row.judge(load)


def injections(log):
    with open(log, errors="replace") as file:
        return file.read().count("(INJECTED)")


def w13_disk_full():
    return injected("the disk is full for some writes", "pwrite64", "ENOSPC", 40)


def w13_read_only():
    return injected("the disk takes no writes for a while", "pwrite64", "EROFS", 40)


def w13_fsync_error():
    return injected("fdatasync fails", "fdatasync", "EIO", 3)


def mariadb_killed(rounds):
    row = Row("W13", "kill -9 of the database, %d times" % rounds)
    with Load() as load:
        for _ in range(rounds):
            time.sleep(2)
            os.kill(int(open(os.path.join(os.environ["IM_MARIADB"], "pid")).read()), signal.SIGKILL)
            time.sleep(1)
            cluster.eventually(lambda: os.system(os.environ["IM_MARIADB_START"]) == 0, "MariaDB does not start", 180)
            time.sleep(3)
    return row.judge(load)


def w13_database_killed():
    return mariadb_killed(times(1, 10))


def stalls(name):
    with open(os.path.join(cluster.RUN, "log", name + ".log"), errors="replace") as file:
        return file.read().count("hit: stall")


def w02_early_answer_is_red():
    row = Row("W02", "a build that answers before the commit, killed there: the checker is red")
    before = stalls("logic-1")
    with instead("logic-1", fault="store.early_answer:skip:700,store.after_early_answer:stall") as give_back:
        with Load("--settle", "20") as load:
            cluster.eventually(lambda: stalls("logic-1") > before, "the point was not hit", HIT)
            time.sleep(1)  # the answers are out; the commit comes after 5 s
            give_back()
            time.sleep(2)
    return row.must_be_red(load, "lost", "phantom")


def w02_forgetful_relay_is_red():
    row = Row("W02", "a build whose relay forgets a row: the checker is red")
    with instead("logic-1", fault="store.after_commit:kill:700,store.relay_forgets:always"):
        with Load("--settle", "40") as load:
            cluster.dead("logic-1")
            cluster.start("logic-1")
            time.sleep(2)
    return row.must_be_red(load, "unpushed")


def always_red(what, fault, counter):
    """Nothing fails but this build."""
    row = Row("W26", what)
    with instead("logic-1", fault=fault + ":always"):
        with Load("--settle", "20", seconds=10) as load:
            pass
    return row.must_be_red(load, counter)


def w26_skipped_member_is_red():
    return always_red("a build that pushes to all members of a group but one: the checker is red", "chat.skips_member", "unpushed")


def w26_own_messages_unread_is_red():
    return always_red("a build that counts a user's own messages as unread: the checker is red", "store.counts_own", "miscount")


MUTANTS = [w02_early_answer_is_red, w02_forgetful_relay_is_red, w26_skipped_member_is_red, w26_own_messages_unread_is_red]
EVERYWHERE = [w01_cut_before_the_answer, w02_after_commit, w02_before_commit, w02_before_produce, w02_random, w04_two_comets, w06_job, w21_rolling]
ON = {"sqlite": EVERYWHERE + [w13_locked, w13_disk_full, w13_read_only, w13_fsync_error], "mariadb": EVERYWHERE + [w13_database_killed]}
RED = {"sqlite": MUTANTS, "mariadb": []}
NO_FAULT = {"sqlite": w26_no_fault, "mariadb": w26_no_fault_for_a_while}


def chosen(on, only):
    if only:
        return [one for one in [NO_FAULT[on]] + ON[on] + RED[on] if one.__name__ in only]
    return [NO_FAULT[on]] + part("windows", on, ON[on], PLAIN) + part("planted faults", on, RED[on], 1)


def part(what, on, scenarios, count):
    return sampled("%s of chat on %s" % (what, on), scenarios, count, lambda one: on + one.__name__)


def run(scenario):
    begin = time.monotonic()
    cluster.all_ready()
    try:
        row = scenario()
    except Exception as error:
        traceback.print_exc()
        row = Row(scenario.__name__[:3].upper(), scenario.__name__)
        row.problems.append("%s: %s" % (type(error).__name__, error))
    if row.detail:
        print(row.detail)
    print("%s %s (%d s): %s\n     %s" % (row.window, row.what, time.monotonic() - begin, ", ".join(row.problems) or "ok", " ".join(row.counters)),
          flush=True)
    return not row.problems


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--on", choices=ON, required=True)
    options.add_argument("--only", default="")
    options = options.parse_args()
    results = [run(scenario) for scenario in chosen(options.on, [one for one in options.only.split(",") if one])]
    print("windows of chat on %s: %d scenarios, %d failed" % (options.on, len(results), results.count(False)))
    sys.exit(0 if results and all(results) else 1)


if __name__ == "__main__":
    main()
