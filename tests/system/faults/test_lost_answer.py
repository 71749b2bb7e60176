#!/usr/bin/env python3
"""Logins that are carried out and never answered: their comet does not know what their sessions are called. They end because it tells the order of
the login, not because the slow pass of the routers finds them. IM_RUN_DIR and IM_BIN name the cluster."""
import signal

import cluster
from extra import Extra
from goim_client import TcpClient
from proxy import Proxy
from runner import run
from wait import eventually
from window import sessions_of


def looks():
    """Slots in which a router has found a comet to differ, twice: the slow pass at work."""
    return sum(cluster.metric(cluster.port(name, "ops.port"), "im_router_checks_total") for name in cluster.names("router"))


def login_without_answer(comet, proxy, uid):
    """A client whose login is carried out; the answer is on its way for ever."""
    eventually(comet.ready, "the comet is not ready", 60)
    TcpClient(comet.port("tcp.port")).auth(mid=uid + 1000, key="first-%d" % uid).close()  # the connection that logins take is made
    proxy.do("set logic down stall on")
    client = TcpClient(comet.port("tcp.port"), timeout=30)
    client.send(7, b'{"mid":%d,"key":"lost-%d","accepts":[1000]}' % (uid, uid))
    eventually(lambda: sessions_of(uid), "the login was not carried out")
    return client


def a_login_that_times_out_leaves_no_session():
    with Proxy(logic=cluster.port("logic-1", "grpc.port")) as proxy:
        with Extra("comet", logic__addresses="127.0.0.1:%d" % proxy.port("logic"), logic__deadline="1s") as comet:
            before = looks()
            client = login_without_answer(comet, proxy, 78_000_001)
            assert client.closed_within(20), "the comet waits for ever"
            proxy.do("clear logic")
            eventually(lambda: sessions_of(78_000_001) == [], "the session of a client that was never let in stays", 40)
            assert looks() == before, "it went because the slow pass found it"


def a_login_whose_logic_dies_leaves_no_session():
    with Extra("logic") as logic, Proxy(logic=logic.port("grpc.port")) as proxy:
        with Extra("comet", logic__addresses="127.0.0.1:%d" % proxy.port("logic")) as comet:
            before = looks()
            client = login_without_answer(comet, proxy, 78_000_002)
            logic.end(signal.SIGKILL)
            proxy.do("set logic down cut 1", "set logic down stall off")  # what it had sent dies with it
            assert client.closed_within(20), "the comet waits for a dead logic"
            proxy.do("clear logic")
            logic.start()
            eventually(lambda: sessions_of(78_000_002) == [], "the session of a client that was never let in stays", 40)
            assert looks() == before, "it went because the slow pass found it"


run("lost-answer", [a_login_that_times_out_leaves_no_session, a_login_whose_logic_dies_leaves_no_session])
