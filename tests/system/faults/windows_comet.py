"""F03, F05, F08: a comet dies, is a zombie, restarts at once, or is slow."""
import time

import cluster
from extra import Extra
from goim_client import TcpClient
from proxy import Proxy, free_port
from window import LEASE_S, QUICK, Row, also, load, sessions_of, times


def idle_clients(port, first_uid, count):
    return [TcpClient(port).auth(mid=first_uid + i, key="idle-%d" % (first_uid + i), accepts=[1000]) for i in range(count)]


def still_listed(first_uid, count):
    return sum(1 for i in range(count) if sessions_of(first_uid + i) != [])


def f03_killed():
    row = Row("F03", "kill -9 comet-1 with 100 idle clients that do not come back")
    first, count = 73_000_001, 100
    with load(*QUICK) as ledger:
        idle = idle_clients(cluster.port("comet-1", "tcp.port"), first, count)
        time.sleep(2)
        begin = time.monotonic()
        cluster.kill("comet-1")
        for second in (5, 10, 20, 30):
            time.sleep(max(0, begin + second - time.monotonic()))
            listed = still_listed(first, count)
            row.count(**{"listed_at_%ds" % second: listed})
        row.must(listed == 0, "%d sessions of the killed comet are listed after 30 s" % listed)
        cluster.start("comet-1")
        time.sleep(3)
    for client in idle:
        client.close()
    return row.judge(ledger)


def f03_zombie():
    seconds = times(LEASE_S + 4, 60)
    row = Row("F03", "kill -STOP comet-2 for %d s, then CONT: it has lost its lease" % seconds)
    first, count = 73_100_001, 50
    with load(*QUICK) as ledger:
        idle = idle_clients(cluster.port("comet-2", "tcp.port"), first, count)
        time.sleep(2)
        cluster.pause("comet-2")
        try:
            time.sleep(seconds)
            listed = still_listed(first, count)
        finally:
            cluster.resume("comet-2")
        cluster.eventually(lambda: cluster.ready("comet-2"), "comet-2 does not come back", cluster.PATIENCE)
        time.sleep(3)
        # Who is still connected must be reachable again; who was closed must not be listed.
        closed = [client.closed_within(0.01) for client in idle]
        unlike = sum(1 for i, gone in enumerate(closed) if (sessions_of(first + i) == []) != gone)
        time.sleep(3)
    row.count(listed_while_stopped=listed, closed_after=sum(closed), unlike=unlike)
    row.must(listed == 0, "%d sessions of the stopped comet are listed after its lease" % listed)
    row.must(unlike == 0, "%d clients are connected and not listed, or the other way round" % unlike)
    for client in idle:
        client.close()
    return row.judge(ledger)


def f05_restart():
    rounds = times(3, 50)
    row = Row("F05", "kill -9 and start comet-1 at once, %d times" % rounds)
    slowest = 0
    with load(*QUICK) as ledger:
        time.sleep(2)
        for _ in range(rounds):
            begin = time.monotonic()
            cluster.kill("comet-1")
            cluster.start("comet-1", wait=False)
            slowest = max(slowest, time.monotonic() - begin)
            cluster.eventually(lambda: cluster.ready("comet-1"), "comet-1 is not ready again", cluster.PATIENCE)
            time.sleep(1)
    row.count(slowest_kill_to_start_ms=int(1000 * slowest))
    return row.judge(ledger, enough=0.1)


def beside_a_slow_comet(row, phase, hurt, seconds):
    """A third comet has members in every room of the load; the load itself lives on the others."""
    slow_grpc = free_port()
    with Proxy(job=slow_grpc) as proxy:
        with Extra("comet", node__name="comet-slow", grpc__port=slow_grpc,
                   grpc__advertise="127.0.0.1:%d" % proxy.port("job")) as comet, load("--settle", "6") as ledger:
            run = int(ledger.output[0].split("run=")[1].split()[0])
            members = [TcpClient(comet.port("tcp.port")).auth(mid=78_000_001 + i, key="slow-%d" % i, accepts=[1000],
                                                              room_id="live://flood%d-%d" % (run, i % 10)) for i in range(20)]
            time.sleep(1)
            hurt(proxy, comet)
            time.sleep(seconds)
            for member in members:
                member.close()
            comet.send(18)  # SIGCONT: it may be stopped
    row.count(**{phase + "_delivery_ms_p50": ledger.counters["delivery_ms_p50"],
                 phase + "_p99": ledger.counters["delivery_ms_p99"], phase + "_refused": ledger.count("refused")})
    row.must(ledger.count("refused") == 0, "%s: pushes were refused" % phase)
    row.judge(ledger)
    return ledger


def f08_slow():
    row = Row("F08", "one of three comets: job's stream to it at 8 kB/s, then SIGSTOP")
    plain = beside_a_slow_comet(row, "plain", lambda proxy, comet: None, 6)
    slow = beside_a_slow_comet(row, "slow", lambda proxy, comet: proxy.do("set job up rate 8000"), times(8, 60))
    beside_a_slow_comet(row, "stopped", lambda proxy, comet: comet.send(19), times(LEASE_S + 3, 60))  # SIGSTOP, past its lease
    row.count(p99_ratio="%.1f" % (slow.counters["delivery_ms_p99"] / max(0.1, plain.counters["delivery_ms_p99"])))
    return row


def f08_missed():
    """A job whose backlog is small loses pushes for a comet that stands still: no client may stay there as if nothing had happened."""
    row = Row("F08", "a job with a backlog of 4 KiB; its stream to one comet is stalled 5 s")
    grpc = free_port()
    with Proxy(job=grpc) as proxy, \
            Extra("comet", node__name="comet-missed", grpc__port=grpc,
                  grpc__advertise="127.0.0.1:%d" % proxy.port("job")) as comet, \
            Extra("job", comet__window="4KiB", comet__backlog="4KiB", comet__batch="4KiB") as job, \
            load("--settle", "8", tcp=also("tcp", comet.port("tcp.port")), ws=also("ws", comet.port("ws.port"))) as ledger:
        time.sleep(6)  # the job has its share of the partitions
        proxy.do("set job up stall on")
        time.sleep(5)
        proxy.do("clear job")
        time.sleep(8)
        dropped = cluster.metric(job.port("ops.port"), "im_job_dropped_total", 'reason="stalled"')
        told = cluster.metric(comet.port("ops.port"), "im_comet_missed_total")
        closed = cluster.metric(comet.port("ops.port"), "im_comet_closed_total", 'reason="missed_pushes"')
    row.count(dropped=dropped, told=told, closed=closed)
    row.must(dropped > 0, "nothing was dropped: the scenario shows nothing")
    row.must(told > 0 and closed > 0, "the clients of the comet were not told to come again")
    return row.judge(ledger, enough=0.2)


SCENARIOS = [f03_killed, f03_zombie, f05_restart, f08_slow, f08_missed]
