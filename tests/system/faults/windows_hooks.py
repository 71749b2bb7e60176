"""Fault points in comet, logic and router: a daemon beside those of ./im kills or stalls itself at one step, once, under load."""
import signal
import time

import cluster
from extra import Extra
from window import QUICK, Row, also, load, times

ROUTER_LEASE_S = 5


def hit(daemon):
    with open(daemon.log) as file:
        return "fault point" in file.read()


def at_point(window, kind, point, action, nth, what, after=4, **flags):
    """One row: an extra daemon hits its fault point once while everything runs, and is ended when it has not ended itself."""
    row = Row(window, "%s: %s at %s, the %d. time" % (what, action, point, nth))
    with Extra(kind, fault="%s:%s:%d" % (point, action, nth), **flags) as daemon:
        cluster.eventually(daemon.ready, "%s is not ready: %s" % (kind, daemon.log), cluster.PATIENCE)
        where = {}
        if kind == "comet":
            where = {"tcp": also("tcp", daemon.port("tcp.port")), "ws": also("ws", daemon.port("ws.port"))}
        if kind == "logic":
            where = {"also_api": daemon.port("http.push_port")}
        with load(*QUICK, churn=10, **where) as ledger:
            cluster.eventually(lambda: hit(daemon), "the fault point %s was not hit" % point, cluster.PATIENCE)
            if action == "kill":
                cluster.eventually(lambda: daemon.process.poll() is not None, "%s did not die" % kind, cluster.PATIENCE)
                row.must(daemon.process.returncode == -signal.SIGKILL, "%s ended by itself" % kind)
            time.sleep(after)
    row.count(hit=1)
    return row.judge(ledger, may_refuse=kind == "logic")


def f03_before_take():
    return at_point("F03", "comet", "comet.before_take", "kill", times(200, 800), "a comet dies with a record it has not applied", after=12)


def f03_after_take():
    return at_point("F03", "comet", "comet.after_take", "kill", times(200, 800), "a comet dies with a record applied and not acknowledged",
                    after=12)


def f03_after_bind():
    return at_point("F03", "comet", "comet.after_bind", "kill", times(80, 90), "a comet dies with a login bound and not answered", after=12)


def f04_late_end():
    return at_point("F04", "comet", "comet.before_disconnect", "stall", 3, "a comet tells the end of sessions 5 s late", after=8)


def f08_slow():
    return at_point("F08", "comet", "comet.before_take", "stall", times(200, 800), "a comet takes nothing for 5 s", after=8)


def f09_before_produce():
    return at_point("F09", "logic", "logic.before_produce", "kill", times(300, 900), "a logic dies with a push located and not produced")


def f09_after_ack():
    return at_point("F09", "logic", "logic.after_ack", "kill", times(300, 900), "a logic dies with a push acknowledged and not answered")


def f10_after_bind():
    return at_point("F10", "router", "router.after_bind", "kill", 2, "a router dies with a session bound and not answered",
                    after=ROUTER_LEASE_S + 4)


def f11_before_write():
    return at_point("F11", "router", "router.before_write", "kill", 5, "a router dies with a session that Redis does not have",
                    after=ROUTER_LEASE_S + 4)


# Short: one of each window.
COMETS_AND_LOGICS = times([f03_after_take, f04_late_end, f08_slow, f09_after_ack],
                          [f03_before_take, f03_after_take, f03_after_bind, f04_late_end, f08_slow, f09_before_produce, f09_after_ack])
ROUTERS = [f10_after_bind, f11_before_write]
