#!/usr/bin/env python3
"""SIGHUP at all four daemons of a running cluster: what docs/operations.md lists is taken at once, everything else is said to need a restart,
and a configuration with a fault changes nothing. IM_RUN_DIR and IM_BIN name the cluster."""
import contextlib
import http.client
import os
import shlex
import signal
import tempfile

import cluster
from goim_client import Closed, TcpClient, WsClient, packet
from runner import run
from wait import eventually

DAEMONS = {"comet": "comet-1", "logic": "logic-1", "router": "router-1", "job": "job-1"}
PAGE, OTHER = "https://page.example", "https://other.example"
COMMON = '[ops]\nhosts = ["ops.example"]\norigins = ["%s"]\n[node]\nregion = "elsewhere"\n' % PAGE
BEFORE = {daemon: "" for daemon in DAEMONS}
AFTER = {
    "comet": COMMON + '[ws]\norigins = ["%s"]\n[client]\nmax_per_user = 2\nmessage_rate = 1\nmessage_burst = 20\n' % PAGE,
    "logic": COMMON + '[client]\nmax_sessions = 3\n[nodes]\norigins = ["%s"]\n[requests]\norigins = ["%s"]\n[http]\nhosts = ["push.example"]\n[log]\nlevel = "debug"\n' % (PAGE, PAGE),
    "router": COMMON, "job": COMMON}


class Files:
    """The configuration of each daemon, in a file of its own."""

    def __init__(self, folder):
        self.folder = folder
        for daemon in DAEMONS:
            self.write(daemon, BEFORE[daemon])

    def path(self, daemon):
        return os.path.join(self.folder, daemon + ".toml")

    def write(self, daemon, text):
        with open(self.path(daemon), "w") as file:
            file.write(text)

    def hang_up(self, daemon, text):
        """The lines that the daemon's log has more once it has read `text`."""
        log = os.path.join(cluster.RUN, "log", DAEMONS[daemon] + ".log")
        begin = os.path.getsize(log)
        self.write(daemon, text)
        os.kill(cluster.pid(DAEMONS[daemon]), signal.SIGHUP)

        def lines():
            with open(log, errors="replace") as file:
                file.seek(begin)
                found = [line for line in file.read().split("\n") if "onfiguration" in line]
            return found
        eventually(lines, "%s says nothing about SIGHUP" % daemon)
        return eventually(lambda: (first := lines()) == lines() and first)


def ask(port, path, host=None, origin=None):
    """The status of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Host": "%s:%d" % (host or "127.0.0.1", port)}
    if origin:
        headers["Origin"] = origin
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def ops(daemon, **how):
    return ask(cluster.port(DAEMONS[daemon], "ops.port"), "/healthz/live", **how)


def logged_in(key, uid=8800, port="tcp.port"):
    try:
        return TcpClient(cluster.port("comet-1", port)).auth(mid=uid, key=key)
    except (Closed, ConnectionError):
        return None


def said(lines, what, key):
    assert any(what in line and key in line for line in lines), (what, key, lines)


def ops_ports_take_names_and_pages(files):
    for daemon in DAEMONS:
        assert (ops(daemon, host="ops.example"), ops(daemon, origin=PAGE)) == (421, 403), daemon
        lines = files.hang_up(daemon, AFTER[daemon])
        for key in ("ops.hosts", "ops.origins"):
            said(lines, "configuration taken", key)
        said(lines, "configuration needs a restart", "node.region")
        assert not any("needs a restart" in line and "node.region" not in line for line in lines), lines
        eventually(lambda daemon=daemon: (ops(daemon, host="ops.example"), ops(daemon, origin=PAGE)) == (200, 200), daemon)
        assert (ops(daemon, host="other.example"), ops(daemon, origin=OTHER)) == (421, 403), daemon


def comet_takes_origins_and_limits(files):
    files.hang_up("comet", BEFORE["comet"])
    ws = cluster.port("comet-1", "ws.port")
    eventually(lambda: WsClient(ws, origin=OTHER).status == 101, "any page may, as long as none is listed")
    there = [logged_in("limit-%d" % i) for i in range(3)]
    assert all(there)
    there[0].raw(packet(2) * 100)
    for _ in range(100):
        assert there[0].receive()[1] == 3, "there is no limit yet"
    files.hang_up("comet", AFTER["comet"])
    eventually(lambda: WsClient(ws, origin=OTHER).status == 403, "another page gets in")
    assert WsClient(ws, origin=PAGE).status == 101
    there[1].send(2)
    assert there[1].receive()[1] == 3, "limits end nobody's connection by themselves"
    there[0].raw(packet(2) * 100)
    assert there[0].closed_within(10), "100 packets at once are above message_burst"
    for client in there:
        client.close()
    fresh = [logged_in("few-%d" % i, 8801) for i in range(3)]
    assert [client is not None for client in fresh] == [True, True, False], "client.max_per_user"


def logic_takes_names_sessions_and_its_log(files):
    push = cluster.port("logic-1", "http.push_port")
    files.hang_up("comet", BEFORE["comet"])
    said(files.hang_up("logic", BEFORE["logic"]), "configuration taken", "client.max_sessions")
    assert ask(push, "/goim/online/total", host="push.example") == 421
    many = [logged_in("many-%d" % i, 8802) for i in range(5)]
    assert all(many)
    lines = files.hang_up("logic", AFTER["logic"])
    for key in ("client.max_sessions", "http.hosts", "log.level"):
        said(lines, "configuration taken", key)
    assert ask(push, "/goim/online/total", host="push.example") == 200
    for client in many:
        client.send(2)
        assert client.receive()[1] == 3, "who is there stays"
    few = [logged_in("few-%d" % i, 8803) for i in range(4)]
    assert [client is not None for client in few] == [True, True, True, False], "client.max_sessions"
    with open(os.path.join(cluster.RUN, "log", "logic-1.log"), errors="replace") as file:
        assert '"key":"few-2"' in file.read(), "log.level"
    files.hang_up("comet", AFTER["comet"])


def may_read(method, path, origin):
    """What the public port lets a page of this origin read: its origin, "*", or None. OPTIONS asks as a browser does before a POST."""
    connection = http.client.HTTPConnection("127.0.0.1", cluster.port("logic-1", "http.public_port"), timeout=10)
    headers = {"Origin": origin, **({"Access-Control-Request-Method": "POST"} if method == "OPTIONS" else {})}
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.getheader("Access-Control-Allow-Origin")


def logic_takes_the_pages_of_other_sites(files):
    lists = ("/goim/nodes/weighted?platform=android", "/v1/nodes")
    files.hang_up("logic", BEFORE["logic"])
    eventually(lambda: may_read("OPTIONS", "/v1/hello", PAGE) is None, "requests.origins is empty: no other site")
    assert [may_read("GET", path, OTHER) for path in lists] == ["*", "*"], "nodes.origins is any page's by itself"
    lines = files.hang_up("logic", AFTER["logic"])
    for key in ("nodes.origins", "requests.origins"):
        said(lines, "configuration taken", key)
    eventually(lambda: may_read("OPTIONS", "/v1/hello", PAGE) == PAGE, "requests.origins")
    assert may_read("POST", "/v1/hello", PAGE) == PAGE and may_read("OPTIONS", "/v1/hello", OTHER) is None
    for path in lists:
        assert (may_read("GET", path, PAGE), may_read("GET", path, OTHER)) == (PAGE, None), path


def what_is_broken_changes_nothing(files):
    for daemon in DAEMONS:
        lines = files.hang_up(daemon, COMMON.replace("ops.example", "next.example") + '[ops.more]\nnonsense = 1\n')
        said(lines, "the new configuration is not accepted", "ops.more")
        assert (ops(daemon, host="ops.example"), ops(daemon, host="next.example")) == (200, 421), daemon
        assert cluster.ready(DAEMONS[daemon]), daemon


def main():
    cases = [ops_ports_take_names_and_pages, comet_takes_origins_and_limits, logic_takes_names_sessions_and_its_log,
             logic_takes_the_pages_of_other_sites, what_is_broken_changes_nothing]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        files = Files(folder)
        for daemon, name in DAEMONS.items():
            flag = " --config %s\n" % shlex.quote(files.path(daemon))
            stack.enter_context(cluster.command(name, lambda usual, flag=flag: usual.rstrip() + flag))
        cluster.all_ready()
        run("reload", {case.__name__: lambda case=case: case(files) for case in cases})


main()
