#!/usr/bin/env python3
"""The failure windows of docs/reliability.md on a running cluster, one row each, and the run without a fault beside them.
  windows.py [--on real|dev|sentinels] [--only NAME,...]    NAME: a scenario or a window (F04)
A plain ./im test runs some of the scenarios on the real broker, chosen by the seed, and always the control.
Exit 1 when a promise was broken."""
import argparse
import sys
import time
import traceback

import cluster
import window
import windows_broker
import windows_clients
import windows_clock
import windows_comet
import windows_hooks
import windows_job
import windows_limits
import windows_login
import windows_net
import windows_redis
import windows_router
from ledger import warm_up
from sample import sampled

SCENARIOS_OF_A_PLAIN_RUN = 3


def scenarios(broker):
    if broker == "dev":
        return windows_broker.SCENARIOS
    if broker == "sentinels":
        return windows_redis.SCENARIOS
    return (windows_comet.SCENARIOS + windows_login.SCENARIOS + windows_job.SCENARIOS +
            windows_broker.REAL_BROKER + windows_router.scenarios() + windows_net.SCENARIOS + windows_clients.SCENARIOS + windows_limits.SCENARIOS +
            windows_hooks.COMETS_AND_LOGICS +
            (windows_hooks.ROUTERS + windows_clock.SCENARIOS if windows_router.several_routers() else []))


def chosen(broker, only):
    control = windows_net.CONTROL if broker == "real" else []
    if only:
        return [scenario for scenario in control + scenarios(broker) if wanted(scenario, only)]
    return control + sampled("scenarios", scenarios(broker), SCENARIOS_OF_A_PLAIN_RUN, lambda scenario: "%s.%s" % (scenario.__module__, scenario.__name__))


def wanted(scenario, only):
    return any(scenario.__name__ == one or scenario.__name__.startswith(one.lower() + "_") for one in only)


def run(scenario):
    begin = time.monotonic()
    cluster.all_ready()
    try:
        row = scenario()
    except Exception as error:
        traceback.print_exc()
        row = window.Row(scenario.__name__[:3].upper(), scenario.__name__)
        row.wrong.append("%s: %s" % (type(error).__name__, error))
    if row.detail:
        print("---- %s\n%s" % (row.what, row.detail))
    print("%-4s %s (%d s): %s" % (row.window, row.what, time.monotonic() - begin, row.verdict()), flush=True)
    return row


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--on", choices=("real", "dev", "sentinels"), default="real")
    options.add_argument("--only", default="")
    options = options.parse_args()
    only = [one for one in options.only.split(",") if one]
    warm_up()
    rows = [run(scenario) for scenario in chosen(options.on, only)]
    print("F | what was done | counters | verdict")
    for row in rows:
        print("%s | %s | %s | %s" % (row.window, row.what, " ".join(row.counters), row.verdict()))
    if options.on == "real":
        for words in windows_router.left_out():
            print("not run on this cluster: " + words)
    bad = sum(1 for row in rows if row.wrong)
    print("windows on %s: %d scenarios, %d failed" % (options.on, len(rows), bad))
    sys.exit(1 if bad or not rows else 0)


main()
