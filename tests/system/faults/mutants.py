#!/usr/bin/env python3
"""Planted faults: for each, all daemons of one kind are builds with that fault, and the ledger must be red, for the reason that the fault
has. Beside them the same runs without a fault, which must be green.
  mutants.py [--only FAULT,...] [--seed N]
A plain run takes some of them, chosen by the seed. Exit 1 when one is not seen, or a control is red."""
import argparse
import os
import random
import sys
import time

import cluster
from ledger import Ledger, warm_up
from sample import sampled, seed_number
from table import print_table

MUTANTS_OF_A_PLAIN_RUN = 2
# Short: a push is judged 8 s after its answer. Many leave, each in its own way, so that keys change hands.
FLAGS = ("--rate", "400", "--churn", "10", "--settle", "8", "--stale-wait", "10", "--fence-wait", "20")
SECONDS = 5


def few(point):
    """Five of many: a single one may be for a client that is just away, whom nobody owes it."""
    return ",".join("%s:skip:%d" % (point, number) for number in (200, 240, 280, 320, 360))


LOST = ("lost",)
# kind of daemon, fault, what is done meanwhile, which counters it must turn red, in words
MUTANTS = [
    ("job", few("job.skip_record"), "nothing", LOST, "a few records are left out"),
    ("job", "job.commit_early:always", "job", LOST, "offsets are committed before the records are handed over"),
    ("job", "job.one_target:always", "nothing", LOST, "a record goes to the first of its comets only"),
    ("comet", few("comet.skip_delivery"), "nothing", LOST, "a few deliveries are acknowledged and left out"),
    ("comet", "comet.twice:always", "nothing", ("dup_same",), "each delivery is brought twice"),
    ("comet", "comet.no_lookup:always", "router", LOST, "nobody looks for users and keys that no router could place"),
    ("comet", "comet.keeps_replaced:always", "nothing", ("kept_old",), "the older connection of a key stays"),
    ("router", "router.forgets_bind:always", "nothing", LOST + ("unlisted",), "a login is answered and forgotten"),
    ("router", "router.ends_any:always", "nothing", LOST + ("unlisted",), "a late end takes the newer session out"),
    ("router", "router.forgets_room:always", "nothing", LOST, "that a comet has members of a room is forgotten"),
    ("router", "router.always_sure:always", "router_first", LOST, "a router says it knows all before the comets have told it"),
    ("logic", few("logic.answers_unproduced"), "nothing", LOST, "a few pushes are answered and not produced"),
    ("logic", "logic.one_comet_only:always", "nothing", LOST, "broadcasts go to one comet only"),
    ("logic", "logic.no_lookup_keys:always", "router", LOST, "pushes by key without lookup_keys"),
    ("logic", "logic.scatters:always", "job", ("reorder",), "pushes to one target go to any partition"),
    ("logic", "logic.replaced_untold:always", "nothing", ("kept_old",), "comets do not hear of keys that went elsewhere"),
]


def nothing():
    time.sleep(2)


def kill(kind):
    name = cluster.names(kind)[0]
    cluster.kill(name)
    time.sleep(1)
    cluster.start(name)


def router_first():
    """A router comes back while the comets stand still, for less than their lease of 10 s: it has its slots (after
    5 s, the lease of who had them) before anybody tells it whom they hold."""
    name = cluster.names("router")[0]
    comets = cluster.names("comet")
    cluster.kill(name)
    for comet in comets:
        cluster.pause(comet)
    try:
        cluster.start(name, wait=False)
        time.sleep(7)
    finally:
        for comet in comets:
            cluster.resume(comet)


HURTS = {"nothing": nothing, "job": lambda: kill("job"), "router": lambda: kill("router"), "router_first": router_first}


def exchange(kind, fault):
    """All daemons of the kind: the fault build with this fault, or the real one when it is ""."""
    real, faulty = os.path.join(cluster.BIN, kind), os.path.join(cluster.BIN, "..", "tests", kind + "-faults")
    os.environ["FAULT"] = fault
    for name in cluster.names(kind):
        path = os.path.join(cluster.RUN, "cmd", name)
        with open(path) as file:
            _, rest = file.read().split(" ", 1)
        cluster.kill(name)
        with open(path, "w") as file:
            file.write("%s %s" % (faulty if fault else real, rest))
        cluster.start(name)
    cluster.all_ready()


def load(hurt, seed):
    """What was wrong, by counter."""
    with Ledger(*FLAGS, seed=seed) as ledger:
        time.sleep(SECONDS)
        HURTS[hurt]()
        time.sleep(SECONDS)
    return ledger, ledger.faults_seen(strict=hurt == "nothing")


def counters(wrong):
    return {word.split("=")[0] for word in wrong}


def control(hurt, seed):
    ledger, wrong = load(hurt, seed)
    if wrong:
        print(ledger.text())
    return ["no fault", hurt, "", ", ".join(wrong) or "green", "ok" if not wrong else "RED WITHOUT A FAULT"]


def mutant(row, seed):
    kind, fault, hurt, expected, words = row
    exchange(kind, fault)
    try:
        ledger, wrong = load(hurt, seed)
    finally:
        exchange(kind, "")
    seen = counters(wrong) & set(expected)
    if not seen:
        print(ledger.text())
    return [fault.split(",")[0], hurt, words, ", ".join(wrong) or "green", "ok" if seen else "NOT SEEN"]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--only", default="")
    options.add_argument("--seed", type=int, default=seed_number())
    options = options.parse_args()
    chance = random.Random(options.seed)
    only = [word for word in options.only.split(",") if word]
    chosen = [row for row in MUTANTS if row[1].split(":")[0] in only] if only else \
        sampled("mutants", MUTANTS, MUTANTS_OF_A_PLAIN_RUN, lambda row: row[1])
    print("seed %d" % options.seed, flush=True)
    warm_up()
    rows = []
    for hurt in sorted({row[2] for row in chosen}):
        rows.append(control(hurt, chance.randrange(1, 2 ** 31)))
        print(" | ".join(rows[-1]), flush=True)
    for row in chosen:
        rows.append(mutant(row, chance.randrange(1, 2 ** 31)))
        print(" | ".join(rows[-1]), flush=True)
    print_table(["fault", "meanwhile", "what it does", "what the ledger saw", "verdict"], rows)
    bad = [row[0] for row in rows if row[-1] != "ok"]
    print("mutants: %d planted, %d controls, %d failed%s" %
          (len(chosen), len(rows) - len(chosen), len(bad), ": " + ", ".join(bad) if bad else ""))
    sys.exit(1 if bad or not chosen else 0)


main()
