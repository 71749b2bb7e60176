"""F16: one-way partitions between daemons. A comet, a logic and a job of their own talk to the cluster through the proxy; each edge is
stalled in one direction at a time, without an end (FIN) or a reset. F26: nothing at all."""
import time

import cluster
from extra import Extra
from proxy import Proxy, free_port
from window import LEASE_S, QUICK, Row, also, load, times

EDGES = {"comet_logic": "comet to logic", "logic_router": "logic to router", "job_router": "job to router", "job_comet": "job to comet"}


# Short: two edges that share no daemon at a time.
TOGETHER = times((("comet_logic", "job_router"), ("logic_router", "job_comet")), tuple((edge,) for edge in EDGES))


def f16_one_way():
    # Job to comet: what waits comes when the way is open again, so only clients that stay longer than that can be judged.
    seconds = times(LEASE_S + 1, 60)
    row = Row("F16", "%d edges x 2 directions stalled for %d s each: %s" % (len(EDGES), seconds, ", ".join(EDGES.values())))
    comet_grpc, logic_grpc = free_port(), free_port()
    router = int(cluster.routers()[0].rsplit(":", 1)[1])
    with Proxy(comet_logic=logic_grpc, logic_router=router, job_router=router, job_comet=comet_grpc) as proxy:
        def through(edge):
            return "127.0.0.1:%d" % proxy.port(edge)
        with Extra("logic", node__name="logic-net", grpc__port=logic_grpc, router__addresses=through("logic_router")) as logic, \
                Extra("job", node__name="job-net", router__addresses=through("job_router")), \
                Extra("comet", node__name="comet-net", grpc__port=comet_grpc, grpc__advertise=through("job_comet"),
                      logic__addresses=through("comet_logic")) as comet, \
                load("--settle", str(times(12, seconds + 10)), tcp=also("tcp", comet.port("tcp.port")), ws=also("ws", comet.port("ws.port")),
                     also_api=logic.port("http.push_port")) as ledger:
            for edges in TOGETHER:
                for direction in ("up", "down"):
                    time.sleep(2)
                    proxy.do(*["set %s %s stall on" % (edge, direction) for edge in edges])
                    time.sleep(seconds)
                    proxy.do(*["clear " + edge for edge in edges])
            time.sleep(8)
            row.count(**{"opened_" + edge: proxy.numbers(edge)["accepted"] for edge in EDGES})
            for node in (logic, comet):
                cluster.eventually(node.ready, "after the last partition %s is not ready: %s" % (node.kind, node.health()), cluster.PATIENCE)
    return row.judge(ledger, enough=0.2)


def f26_control():
    row = Row("F26", "no fault")
    with load(*QUICK) as ledger:
        time.sleep(times(12, 300))
    for name in ("refused", "dup_raw"):
        row.must(ledger.count(name) == 0, "%s=%d without a fault" % (name, ledger.count(name)))
    return row.judge(ledger, enough=0.4)


SCENARIOS = [f16_one_way]
CONTROL = [f26_control]
