#!/usr/bin/env python3
"""kill -9 of every kind of process while 500 pushes per second go on; each is started again after some seconds. A router also stands
still for a while ("stopped"). Beside it a run without any fault. One row of counters per kind; exit 1 when a promise was broken.
  survive.py [--kills N] [--kinds job,router,...]
A plain ./im test runs some of the kinds, chosen by the seed, and always the control."""
import argparse
import os
import random
import sys
import time

import cluster
from ledger import Ledger, warm_up
from sample import sampled, seed_number
from table import print_ledgers

LEASE_S = 10
# A lone broker has nobody who takes over: pushes are refused until it is back, and what it acknowledged waits in it, longer than
# people who come and go stay. So nobody goes there, and the wait at the end is longer.
REFUSAL_LIMIT_S = {"broker": 60}
FLAGS = {"broker": ("--churn", "0", "--settle", "25")}


def victims(kind):
    if kind == "stopped":
        return cluster.names("router")
    if kind == "broker":
        return ["broker"] if os.path.exists(os.path.join(cluster.RUN, "kafka", "pid")) else []
    return cluster.names(kind)


def pause(kind, kills):
    """A push is judged 12 s after its answer: comets killed in turn too fast leave nobody who stayed connected for so long."""
    if kind == "broker":
        return 5
    return 16 if kind == "comet" and kills > 3 else 0


def control():
    time.sleep(20)


def hurt(kind, name, chance):
    """SIGKILL and back after a while; "stopped": a router stands still (SIGSTOP) for less than its lease."""
    if kind == "stopped":
        cluster.pause(name)
        time.sleep(chance.uniform(0.5, 3))
        return cluster.resume(name)
    cluster.kill(name)
    time.sleep(chance.uniform(0.5, 4))
    cluster.start(name)
    if kind == "broker":
        cluster.all_ready()  # else it dies again before anybody has found it, and refusals of two kills count as one


def kill_in_turn(kind, kills, chance):
    names = victims(kind)
    for i in range(kills):
        hurt(kind, names[i % len(names)], chance)
        time.sleep(chance.uniform(3, 6) + pause(kind, kills))
    time.sleep(LEASE_S - 3)


def run(kind, kills, chance):
    cluster.all_ready()
    limit = REFUSAL_LIMIT_S.get(kind, LEASE_S)
    file = os.path.join(cluster.RUN, "ledger-%s.json" % kind)
    flags = FLAGS.get(kind, ("--churn", "2"))
    seed = chance.randrange(1, 2 ** 31)
    with Ledger("--rate", "500", "--refusal-limit", str(limit), *flags, file=file, seed=seed) as ledger:
        if kind == "none":
            control()
        elif kind == "mixed":
            for _ in range(kills):
                kill_in_turn(chance.choice([one for one in KINDS if victims(one)]), 1, chance)
        else:
            kill_in_turn(kind, kills, chance)
    wrong = ledger.faults_seen(strict=kind == "none")
    late = ledger.count("refused_longer_than_%ds" % limit)
    if late != 0:
        wrong.append("%d pushes refused for longer than %d s" % (late, limit))
    if kind not in REFUSE and ledger.count("refused") != 0:
        wrong.append("%d pushes refused" % ledger.count("refused"))
    if kind == "none" and ledger.count("dup_raw") != 0:
        wrong.append("dup_raw=%d without a fault" % ledger.count("dup_raw"))
    if wrong:
        print("---- %s\n%s" % (kind, ledger.text()), flush=True)
    return ledger, ", ".join(wrong) or "ok"


KINDS_OF_A_PLAIN_RUN = 3
KINDS = ("job", "router", "logic", "comet", "redis", "broker", "stopped")
# A push to the address of a dead logic, or to a dead broker, is refused. Nothing else may be.
REFUSE = ("logic", "broker", "mixed")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=3)
    options.add_argument("--kinds", default="")
    options.add_argument("--seed", type=int, default=seed_number())
    options = options.parse_args()
    kinds = options.kinds.split(",") if options.kinds else ["none"] + sampled("kinds", KINDS, KINDS_OF_A_PLAIN_RUN)
    print("seed %d, %d kills of each kind" % (options.seed, options.kills), flush=True)
    chance = random.Random(options.seed)
    warm_up()
    rows = []
    for kind in kinds:
        if kind not in ("none", "mixed") and not victims(kind):
            print("no %s in this cluster: left out" % kind, flush=True)
            continue
        ledger, verdict = run(kind, options.kills, chance)
        rows.append(("no fault" if kind == "none" else kind, ledger, verdict))
        print("%s: %s" % (rows[-1][0], verdict), flush=True)
    print_ledgers("kill -9 of", rows)
    sent = sum(ledger.count("sent") for _, ledger, _ in rows)
    bad = [name for name, _, verdict in rows if verdict != "ok"]
    print("survive: %d runs, sent=%d, %d failed%s" % (len(rows), sent, len(bad), ": " + ", ".join(bad) if bad else ""))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
