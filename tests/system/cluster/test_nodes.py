#!/usr/bin/env python3
"""What a node does when it is set up wrong, has a double, lacks a dependency, or is told to end. Starts comets of its own beside
a running cluster: IM_BIN (folder of the programs), IM_TCP, IM_API, IM_ADMIN and IM_LOGIC_GRPC come from the environment."""
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import urllib.request

from comet_beside import Comet, free_port
from runner import run as run_cases
from wait import eventually, until_it_passes
from web import get
from goim_client import TcpClient, WsClient

BIN = os.environ["IM_BIN"]
TCP = int(os.environ["IM_TCP"])
API = os.environ["IM_API"]
ADMIN = os.environ["IM_ADMIN"]
CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "configs")
DAEMONS = ("comet", "logic", "router", "job")


def run(program, *flags):
    """(exit code, stderr) of a program that ends by itself"""
    done = subprocess.run([os.path.join(BIN, program), *flags], capture_output=True, text=True, timeout=20)
    return done.returncode, done.stderr


def sessions_of(uid):
    """Once the routers know: a cluster that has just started says 503 until its comets have told what they hold."""
    def known():
        status, text = get("%s/admin/v1/session?uid=%d" % (ADMIN, uid))
        assert status in (200, 404), (status, text)  # 404: no live session
        return json.loads(text)["sessions"] if status == 200 else []
    return until_it_passes(known, 60)


def refuses_clients(comet):
    try:
        socket.create_connection(("127.0.0.1", comet.ports["tcp"]), timeout=5).close()
        return False
    except ConnectionRefusedError:
        return True


def push_user(uid, text):
    url = "%s/goim/push/mids?operation=1000&mids=%d" % (API, uid)
    with urllib.request.urlopen(urllib.request.Request(url, data=text, method="POST"), timeout=10) as reply:
        assert json.loads(reply.read())["code"] == 0


# ---- configuration

def unknown_key_names_line_and_suggestion():
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write("[tcp]\nprot = 3101\n")
        file.flush()
        code, error = run("comet", "--config", file.name, "--check")
    assert code == 3 and ":2:" in error and 'unknown key "tcp.prot"; did you mean "tcp.port"?' in error, (code, error)


def wrong_values_are_refused_by_name():
    for flag, told in (("--tcp.port=70000", "tcp.port"), ("--tcp.port=abc", "tcp.port"), ("--room.share=7", "room.share"),
                       ("--room.min_interval=fast", "room.min_interval"), ("--nope=1", "--nope"), ("--client.proxy_from=lb", '"lb" is not a network'),
                       ("--ws.origins=https://a/", '"https://a/" is not an origin'), ("--ws.origins=*", "not an origin"),
                       ("--client.message_rate=-1", "client.message_rate"), ("--client.limit_entries=0", "client.limit_entries")):
        code, error = run("comet", flag, "--check")
        assert code in (2, 3) and told in error, (flag, code, error)


def missing_and_broken_files_are_named():
    code, error = run("comet", "--config", "/nowhere/comet.toml")
    assert code != 0 and "/nowhere/comet.toml" in error, (code, error)
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write("[tcp\n")
        file.flush()
        code, error = run("comet", "--config", file.name)
    assert code == 3 and file.name in error and ":1:" in error, (code, error)


def shipped_files_are_valid():
    for daemon in DAEMONS:
        code, error = run(daemon, "--config", os.path.join(CONFIGS, daemon + ".toml"), "--check")
        assert code == 0, (daemon, code, error)


# ---- doubles

def taken_client_port_ends_the_second():
    code, error = run("comet", "--node.name=double", "--tcp.port=%d" % TCP, "--ws.port=0", "--grpc.port=0", "--ops.port=0")
    assert code == 1 and "127.0.0.1:%d: Address already in use (held by pid" % TCP in error and "(comet)" in error, (code, error)


def taken_ops_port_ends_every_daemon():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        others = {"comet": ("tcp", "ws", "grpc"), "logic": ("grpc", "http.push", "http.public"), "router": ("grpc",), "job": ()}
        for daemon in DAEMONS:
            free = ["--%s%sport=%d" % (kind, "_" if "." in kind else ".", free_port()) for kind in others[daemon]]
            code, error = run(daemon, "--ops.port=%d" % port, *free)
            assert code == 1 and str(port) in error and "held by pid" in error, (daemon, code, error)


def second_node_of_a_name_serves_nobody_and_says_why():
    client = TcpClient(TCP).auth(mid=8101, key="first-of-the-name", accepts=[1000])
    with Comet("comet-1") as double:
        eventually(lambda: "is held by" in double.health()[1], "the double does not say who holds its name")
        status, text = double.health()
        why = json.loads(text)["dependencies"]["logic"]["detail"]
        assert status == 503 and 'the name "comet-1" is held by' in why and "choose another node.name" in why, (status, text)
        assert double.health("live")[0] == 200
        assert 'is held by' in double.text(), double.text()
        assert refuses_clients(double), "the double takes clients"
        push_user(8101, b"still here")
        assert client.receive()[3] == b"still here"
    client.close()


def a_name_is_free_again_after_its_node_ended():
    with Comet("short-lived") as first:
        first.ready()
        first.process.send_signal(signal.SIGTERM)
        assert first.process.wait(20) == 0
    with Comet("short-lived") as second:
        second.ready()


# ---- dependencies

def comet_without_logic_lives_and_names_it():
    with Comet("lonely", logic="127.0.0.1:%d" % free_port()) as comet:
        eventually(lambda: comet.health("live")[0] == 200, "not alive")
        status, text = comet.health()
        assert status == 503 and "logic" in text, (status, text)
        assert refuses_clients(comet), "a comet that cannot authenticate takes clients"
        waits = [line for line in comet.text().splitlines() if "waiting for logic" in line]
        assert len(waits) == 1, waits


# ---- the end

def sigterm_tells_clients_and_forgets_their_sessions():
    with Comet("leaving").ready() as comet:
        ws = WsClient(comet.ports["ws"]).auth(mid=8103, key="leaving-ws", accepts=[1000])
        tcp = TcpClient(comet.ports["tcp"]).auth(mid=8103, key="leaving-tcp", accepts=[1000])
        eventually(lambda: len(sessions_of(8103)) == 2, "the sessions are not there")
        comet.process.send_signal(signal.SIGTERM)
        ws.sock.settimeout(10)
        head = ws.sock.recv(2)
        assert head[0] == 0x88, head
        payload = ws.sock.recv(head[1])
        assert struct.unpack(">H", payload[:2])[0] == 4004 and b"draining" in payload, payload
        ws.raw(b"\x88\x82\x00\x00\x00\x00" + payload[:2])  # the close handshake
        assert tcp.closed_within(10)
        assert comet.process.wait(15) == 0, comet.text()
        assert sessions_of(8103) == [], "sessions outlive their comet"


def out_of_descriptors_the_comet_keeps_its_place_and_answers():
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    with Comet("few", before=limit) as comet:
        comet.ready()
        first = TcpClient(comet.ports["tcp"]).auth(mid=80801, key="few", accepts=[1000])
        idle = []
        for _ in range(400):
            idle.append(socket.create_connection(("127.0.0.1", comet.ports["tcp"]), timeout=5))
        eventually(lambda: comet.metric('im_comet_closed_total{reason="overloaded"}') >= 150, "nobody was closed")
        assert comet.health()[0] == 200, comet.health()
        push_user(80801, b"still here")
        assert first.receive()[3] == b"still here"
        del idle
    assert "client.max_connections" not in comet.text()  # 0, the default, takes what there is


def second_sigterm_ends_at_once():
    with Comet("stubborn", "--client.linger_timeout=60s", "--node.drain_deadline=60s").ready() as comet:
        silent = WsClient(comet.ports["ws"]).auth(mid=8104, key="stubborn", accepts=[1000])  # never answers a close
        comet.process.send_signal(signal.SIGTERM)
        eventually(lambda: "draining" in comet.text(), "no word about draining")
        assert comet.process.poll() is None, comet.text()
        comet.process.send_signal(signal.SIGTERM)
        assert comet.process.wait(20) in (143, -signal.SIGTERM), comet.process.returncode
        silent.close()


def half_open_peer_is_closed_and_counted():
    """A peer that stops reading, as one whose network went away looks from here: its outbox fills, then it goes (4003)."""
    with Comet("bounded", "--client.outbox_limit=64KiB", "--tcp.sndbuf=16KiB").ready() as comet:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", comet.ports["tcp"]))
        client = TcpClient.__new__(TcpClient)
        client.sock, client.buffer = deaf, b""
        client.auth(mid=8105, key="deaf", accepts=[1000])
        eventually(lambda: sessions_of(8105), "the session is not there")
        for _ in range(60):
            push_user(8105, b"x" * 4000)
        metrics = "http://127.0.0.1:%d/metrics" % comet.ports["ops"]
        closed = 'im_comet_closed_total{reason="slow_consumer"} 1'
        eventually(lambda: closed in get(metrics)[1], "the slow consumer is not closed and counted")
        eventually(lambda: not sessions_of(8105), "its session stays")


CASES = [unknown_key_names_line_and_suggestion, wrong_values_are_refused_by_name, missing_and_broken_files_are_named,
         shipped_files_are_valid, taken_client_port_ends_the_second, taken_ops_port_ends_every_daemon,
         second_node_of_a_name_serves_nobody_and_says_why, a_name_is_free_again_after_its_node_ended,
         comet_without_logic_lives_and_names_it, sigterm_tells_clients_and_forgets_their_sessions, second_sigterm_ends_at_once,
         out_of_descriptors_the_comet_keeps_its_place_and_answers, half_open_peer_is_closed_and_counted]

run_cases("nodes", CASES)
