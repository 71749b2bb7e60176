"""W15: wall clocks that are wrong. Nothing in the cluster may be ordered by the clock of one machine."""
import os

import cluster
from extra import Extra
from goim_client import TcpClient
from window import QUICK, Row, load, times
from windows_login import ask_again, end, in_at_once, judge_reached, token

HOUR = 3600


def router_with_clock(ahead):
    """A router more, whose wall clock is so many seconds ahead."""
    name = "router-%s" % ("ahead" if ahead > 0 else "behind")
    return Extra("router", node__name=name, environment={
        "LD_PRELOAD": os.path.join(cluster.BIN, "..", "tests", "im-clock-ahead.so"), "IM_CLOCK_AHEAD_S": str(ahead)})


def slots_of(router):
    return cluster.metric(router.port("ops.port"), "im_router_slots")


def logged_in(row, count, first, comet):
    clients = [TcpClient(cluster.port(comet, "tcp.port"), timeout=10) for _ in range(count)]
    for i, client in enumerate(clients):
        client.send(7, token(first, i))
    refused = sum(1 for client in clients if not in_at_once(client))
    row.must(refused == 0, "%d of %d logins at %s were refused" % (refused, count, comet))
    return clients


def w15_clocks():
    count, first = times(100, 400), 76_400_001
    row = Row("W15", "two routers whose wall clocks are an hour ahead and behind come and go; %d users log in on two comets in turn" % count)
    with load(*QUICK) as ledger:
        with router_with_clock(HOUR) as ahead, router_with_clock(-HOUR) as behind:
            cluster.eventually(lambda: slots_of(ahead) > 0 and slots_of(behind) > 0, "a router took no slots", cluster.PATIENCE)
            row.count(slots="%d/%d" % (slots_of(ahead), slots_of(behind)))
            older = logged_in(row, count, first, "comet-1")
            clients = ask_again(count, first)
            judge_reached(row, clients, first, enough=1)
            end(older)
        # Their slots are with the others now, whose clocks are an hour away from what those wrote.
        newer = logged_in(row, count, first, "comet-1")
        newest = ask_again(count, first)
        judge_reached(row, newest, first, enough=1)
        end(clients + newer + newest)
    return row.judge(ledger)


SCENARIOS = [w15_clocks]
