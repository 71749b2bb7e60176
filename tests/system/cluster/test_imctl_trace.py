#!/usr/bin/env python3
"""imctl trace and imctl completion. IM_TCP, IM_WS, IM_V1_WS, IM_API, IM_ADMIN and IMCTL come from the environment."""
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from runner import run
import zsh_terminal
from goim_client import TcpClient, WsClient

TCP, WS = int(os.environ["IM_TCP"]), int(os.environ["IM_WS"])
API, ADMIN, IMCTL = os.environ["IM_API"], os.environ["IM_ADMIN"], os.environ["IMCTL"]


def imctl(*args, code=0):
    done = subprocess.run([IMCTL, "--admin", ADMIN, "--api", API, *args], capture_output=True, text=True, timeout=20)
    assert done.returncode == code, (args, done)
    return done.stderr if code else done.stdout


class Trace:
    """imctl trace in the background, ready when it says so."""

    def __init__(self, *args):
        self.process = subprocess.Popen([IMCTL, "--admin", ADMIN, "trace", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.status = self.process.stderr.readline()
        assert self.status.startswith("tracing "), self.status + self.process.stderr.read()
        self.found = []
        self.reader = threading.Thread(target=lambda: self.found.extend(iter(self.process.stdout.readline, "")), daemon=True)
        self.reader.start()

    def lines(self, interrupt=False):
        if interrupt:
            self.process.send_signal(signal.SIGINT)
        assert self.process.wait(10) == (130 if interrupt else 0), self.process.stderr.read()
        self.reader.join(5)
        return [line.rstrip("\n").partition(" ")[2] for line in self.found]


def case_packets_of_a_tcp_client():
    client = TcpClient(TCP).auth(mid=9101, key="trace-a", accepts=[1000])
    trace = Trace("9101", "--count", "7")
    assert re.match(r"tracing trace-a on comet-1$", trace.status), trace.status
    client.send(2, seq=5)
    client.receive()
    client.send(14, b"1001", seq=6)
    client.receive()
    imctl("push", "user", "9101", "hello")
    client.receive()
    imctl("push", "user", "9101", "--op", "1002", "not wanted")
    time.sleep(0.5)
    client.close()
    lines = trace.lines()
    assert lines == ["in      op=2 seq=5 size=0", "out     op=3 seq=5 size=4", "in      op=14 seq=6 size=4", "out     op=15 seq=6 size=4",
                     "out     op=1000 seq=0 size=5", "dropped op=1002 size=10 not_accepted", "closed  peer_closed"], lines


def case_json_and_bodies_of_a_websocket_client():
    client = WsClient(WS)
    client.auth(mid=9102, key="trace-b", room_id="live://trace", accepts=[1000])
    trace = Trace("trace-b", "--bodies", "--json", "--count", "6")
    client.send(7, b'{"mid":9102}', seq=3)
    client.receive()
    imctl("push", "room", "live://trace", "to the room")
    imctl("push", "user", "9102", "to the user")
    for _ in range(2):
        client.message()
    client.frame(b"ping", opcode=9)
    assert client.message()[0] == 10
    client.send(2)
    trace.lines()
    events = [json.loads(line) for line in trace.found]
    assert [(event["kind"], event.get("op"), event.get("body")) for event in events[:2]] == [("in", 7, None), ("out", 7, None)], events
    assert {event.get("body") for event in events[2:4]} == {"to the room", "to the user"}, events
    assert events[4].get("note") == "pong" and events[5]["op"] == 2, events
    client.close()


def case_by_connection_until_interrupted():
    client = TcpClient(TCP).auth(mid=9103, key="trace-c")
    row = imctl("session", "9103").splitlines()[1].split()
    trace = Trace("--conn", "%s/%s" % (row[2], row[-1]))
    client.send(2, seq=8)
    client.receive()
    time.sleep(0.6)
    assert trace.lines(interrupt=True) == ["in      op=2 seq=8 size=0", "out     op=3 seq=8 size=4"]
    assert Trace("9103", "--for", "300ms").lines() == []
    client.close()


def case_what_does_not_work():
    assert "no live session" in imctl("trace", "9104", code=1)
    assert 'no comet "comet-9"' in imctl("trace", "--conn", "comet-9/0/1/1", code=1)
    assert "COMET/WORKER/PLACE/GENERATION" in imctl("trace", "--conn", "comet-1", code=1)
    assert "duration" in imctl("trace", "1", "--for", "soon", code=2)
    assert Trace("--conn", "comet-1/0/16777215/1").lines() == [], "there is no such connection: over at once"
    clients = [TcpClient(TCP).auth(mid=9105, key="trace-%d" % number) for number in range(2)]
    text = imctl("trace", "9105", code=1)
    assert "2 connections" in text and "trace-0" in text and "trace-1" in text, text
    for client in clients:
        client.close()


def post(path):
    with urllib.request.urlopen(urllib.request.Request(ADMIN + path, data=b"", method="POST"), timeout=5) as reply:
        return json.loads(reply.read())


def get(path):
    with urllib.request.urlopen(ADMIN + path, timeout=5) as reply:
        return json.loads(reply.read())


def case_a_trace_is_bounded():
    client = TcpClient(TCP).auth(mid=9106, key="trace-d")
    path = "/admin/v1/trace?id=" + post("/admin/v1/trace?uid=9106")["id"]
    for _ in range(12):
        client.raw(b"".join([b"\0\0\0\x10\0\x10\0\1\0\0\0\2\0\0\0\1"] * 100))
        for _ in range(100):
            client.receive()
    view = get(path)
    assert len(view["events"]) == 1000 and view["dropped"] == 1400 and not view["over"], (len(view["events"]), view["dropped"])
    assert get(path) == {"events": [], "dropped": 0, "over": False}
    assert get(path + "&end=1")["events"] == []
    try:
        get(path)
        raise AssertionError("an ended trace answers")
    except urllib.error.HTTPError as error:
        assert error.code == 404
    ids = [post("/admin/v1/trace?uid=9106")["id"] for _ in range(16)]
    try:
        post("/admin/v1/trace?uid=9106")
        raise AssertionError("traces without a bound")
    except urllib.error.HTTPError as error:
        assert error.code == 503 and b"16 connections" in error.read()
    client.send(2)
    assert client.receive()[1] == 3
    client.close()
    for one in ids:
        get("/admin/v1/trace?end=1&id=" + one)


BASH = r"""
source <("$1" completion bash)
complete -p imctl | grep -q -- '-F _imctl'
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_imctl
printf '%s\n' "${COMPREPLY[@]}"
"""


def completed(*words):
    done = subprocess.run(["bash", "--norc", "-euc", BASH, "bash", IMCTL, "imctl", *words], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0 and not done.stderr, done
    return done.stdout.split()


def case_completion_of_bash():
    commands = set(completed(""))
    listed = set(re.findall(r"^  ([\w-]+) ", imctl("--help").split("Subcommands:")[1].split("Exit codes")[0], re.M))
    assert listed and commands == listed | {"--help", "--json", "--api", "--admin", "--version"}, commands ^ listed
    assert completed("pu") == ["push"] and completed("push", "r") == ["room"] and completed("--json", "ki") == ["kick"]
    assert completed("token", "key", "--alg", "") == ["EdDSA", "HS256"]
    assert completed("kick", "7", "--re") == ["--revoke"] and completed("completion", "z") == ["zsh"]
    assert {"comet", "logic", "router", "job"} <= set(completed("config", "check", "")), completed("config", "check", "")
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "my file.toml"), "w").close()
        assert completed("config", "check", "logic", folder + "/my") == [folder + "/my", "file.toml"]
    assert completed("push", "user", "--xyz") == []


def case_completion_of_zsh():
    text = imctl("completion", "zsh")
    assert text.startswith("#compdef imctl\n") and "'--revoke:" in text
    with tempfile.TemporaryDirectory() as folder:
        lines = zsh_terminal.completed(os.path.abspath(IMCTL), folder, ["imctl pu", "imctl kick 7 --re", "imctl completion z", "imctl push us"])
    assert lines == ["imctl push", "imctl kick 7 --revoke", "imctl completion zsh", "imctl push user"], lines
    assert "bash" in imctl("completion", "fish", code=2)


run("imctl-trace", {name[5:]: fn for name, fn in list(globals().items()) if name.startswith("case_")})
