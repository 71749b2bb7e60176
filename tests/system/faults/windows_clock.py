"""W15: wall clocks that are wrong. Nothing in the cluster may be ordered by the clock of one machine."""
import json
import os
import urllib.error
import urllib.request

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


def v1(path, body=None):
    """The status and the answer of the push API."""
    request = urllib.request.Request("http://127.0.0.1:%d%s" % (cluster.port("logic-1", "http.push_port"), path),
        data=body and json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + os.environ["IM_LOAD_KEY"], "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def reports(count):
    """Pushes whose reports the routers keep for ten minutes by the cluster's clock."""
    return [v1("/v1/push", {"to": {"room": "test://w15"}, "operation": 1000, "text": "x", "report": True})[1]["id"] for _ in range(count)]


def judge_kept(row, ids):
    gone = sum(1 for name in ids if v1("/v1/messages/" + name)[0] != 200)
    row.must(gone == 0, "%d of %d reports are gone before their time" % (gone, len(ids)))


def come_back_at_once(row, router, kept):
    """Its slots are nobody's then, so it has them before anybody has told it anything."""
    for _ in range(times(2, 5)):
        router.end()
        router.start()
        cluster.eventually(lambda: router.ready() and slots_of(router) > 0, "a router took no slots", cluster.PATIENCE)
        judge_kept(row, kept)


def w15_clocks():
    count, first = times(100, 400), 76_400_001
    row = Row("W15", "two routers whose wall clocks are an hour ahead and behind come and go; %d users log in on two comets in turn" % count)
    kept = reports(64)
    with load(*QUICK) as ledger:
        with router_with_clock(HOUR) as ahead, router_with_clock(-HOUR) as behind:
            cluster.eventually(lambda: slots_of(ahead) > 0 and slots_of(behind) > 0, "a router took no slots", cluster.PATIENCE)
            row.count(slots="%d/%d" % (slots_of(ahead), slots_of(behind)))
            judge_kept(row, kept)
            come_back_at_once(row, ahead, kept)
            older = logged_in(row, count, first, "comet-1")
            clients = ask_again(count, first)
            judge_reached(row, clients, first, enough=1)
            end(older)
        # Their slots are with the others now, whose clocks are an hour away from what those wrote.
        judge_kept(row, kept)
        newer = logged_in(row, count, first, "comet-1")
        newest = ask_again(count, first)
        judge_reached(row, newest, first, enough=1)
        end(clients + newer + newest)
    return row.judge(ledger)


SCENARIOS = [w15_clocks]
