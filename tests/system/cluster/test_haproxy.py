#!/usr/bin/env python3
"""Two comets and two logics behind HAProxy from deploy/haproxy/haproxy.cfg: see tools/im/groups/haproxy.sh for the flags of the
cluster. IM_API, IM_ADMIN, IMCTL, IM_BIN and IM_RUN_DIR come from the environment."""
import json
import os
import select
import socket
import subprocess
import time
import urllib.request

import balancer
from balancer import metric, ports_of
from goim_client import Closed, TcpClient, WsClient
from runner import run
from wait import eventually
from web import get

API, ADMIN, IMCTL = os.environ["IM_API"], os.environ["IM_ADMIN"], os.environ["IMCTL"]
MAX_PER_IP, MAX_SESSIONS, HANDSHAKE = 40, 3, 2
PROXY = balancer.Haproxy()
COMETS = {name: ports_of(name) for name in ("comet-1", "comet-2")}
CLIENTS = {"tcp": TcpClient, "ws": WsClient}


def covers(*_facts):
    """Names the facts of docs/protocol.md that a case holds."""
    return lambda case: case


def connect(kind, source, port=None):
    """A client that comes from this address, through the balancer unless a port is given."""
    real = socket.create_connection

    def from_source(address, timeout=None):
        host = "::1" if ":" in source else address[0]
        return real((host, address[1]), timeout=timeout, source_address=(source, 0))
    socket.create_connection = from_source
    try:
        return CLIENTS[kind](port or PROXY.ports[kind])
    finally:
        socket.create_connection = real


def login(kind, source, uid, key, port=None):
    return connect(kind, source, port).auth(mid=uid, key=key, accepts=[1000])


def session(uid):
    status, text = get("%s/admin/v1/session?uid=%d" % (ADMIN, uid))
    return json.loads(text)["sessions"] if status == 200 else []


def refuses(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return False
    except ConnectionRefusedError:
        return True


def push(uid, text):
    url = "%s/goim/push/mids?operation=1000&mids=%d" % (API, uid)
    with urllib.request.urlopen(urllib.request.Request(url, data=text, method="POST"), timeout=10) as reply:
        assert json.loads(reply.read())["code"] == 0


def limited(limit):
    return sum(metric(ports["ops.port"], 'im_comet_limited_total{limit="%s"}' % limit) for ports in COMETS.values())


@covers("E01")
def clients_are_known_by_their_own_address():
    for uid, kind, source in ((8401, "tcp", "127.1.2.3"), (8402, "ws", "127.4.5.6"), (8403, "tcp", "::1"), (8404, "ws", "::1")):
        client = login(kind, source, uid, "k%d" % uid)
        assert [one["client_ip"] for one in session(uid)] == [source], session(uid)
        shown = subprocess.run([IMCTL, "--admin", ADMIN, "session", str(uid)], capture_output=True, text=True, timeout=20)
        assert shown.returncode == 0 and source in shown.stdout, shown
        push(uid, b"for %d" % uid)
        assert client.receive()[3] == b"for %d" % uid
        client.close()


def both_comets_get_clients():
    clients = [login(kind, "127.1.2.%d" % i, 8410 + i, "k%d" % (8410 + i)) for i in range(5) for kind in ("tcp", "ws")]
    names = [one["comet"]["name"] for i in range(5) for one in session(8410 + i)]
    assert all(names.count(comet) >= 2 for comet in COMETS), names
    for client in clients:
        client.close()


@covers("E02")
def health_checks_are_no_clients():
    before = metric(COMETS["comet-1"]["ops.port"], 'im_comet_closed_total{reason="bad_proxy_header"}')
    time.sleep(3)
    assert metric(COMETS["comet-1"]["ops.port"], 'im_comet_closed_total{reason="bad_proxy_header"}') == before
    assert PROXY.up("comet_tcp") == list(COMETS) and PROXY.up("comet_ws") == list(COMETS)


@covers("E03")
def only_the_balancer_states_addresses():
    port = COMETS["comet-1"]["tcp.port"]
    bare = connect("tcp", "127.0.0.1", port)
    bare.send(7, b"{}")
    assert bare.closed_within(5), "without a header from a trusted network"
    login("tcp", "127.0.0.9", 8420, "k8420", port).close()
    liar = connect("tcp", "127.0.0.9", port)
    liar.raw(b"PROXY TCP4 203.0.113.7 10.0.0.1 56789 3101\r\n")
    liar.send(7, b"{}")
    assert liar.closed_within(5), "a header from elsewhere"


@covers("L01")
def an_address_has_so_many_connections():
    before = limited("address_connections")
    held = [login("tcp", "127.5.5.5", 0, "flood%d" % i) for i in range(MAX_PER_IP)]
    refused = 0
    for i in range(2 * MAX_PER_IP):  # the balancer spreads them: each comet holds its own number
        client = connect("tcp", "127.5.5.5")
        client.send(7, b"{}")
        try:
            client.receive()
            held.append(client)
        except (Closed, ConnectionError):
            refused += 1
    assert len(held) == 2 * MAX_PER_IP and refused == MAX_PER_IP, (len(held), refused)
    assert limited("address_connections") - before == refused
    login("ws", "127.5.5.6", 8430, "k8430").close()
    for client in held:
        client.close()
    eventually(lambda: metric(COMETS["comet-1"]["ops.port"], "im_comet_connections") == 0, "connections stay")
    login("tcp", "127.5.5.5", 8431, "k8431").close()


@covers("L05")
def a_user_has_so_many_sessions_in_the_cluster():
    held = [login("tcp", "127.5.6.1", 8440, "device%d" % i) for i in range(MAX_SESSIONS)]
    more = connect("ws", "127.5.6.1")
    more.send(7, json.dumps({"mid": 8440, "key": "more"}).encode())
    opcode, payload = more.message()
    assert opcode == 8 and payload == b"\x0f\xa8rate limited, retry after 5 s", payload
    held[0].close()
    eventually(lambda: len(session(8440)) < MAX_SESSIONS, "the session stays")
    login("ws", "127.5.6.1", 8440, "more").close()
    for client in held[1:]:
        client.close()


@covers("E04")
def slow_clients_are_cut_and_others_served():
    """Each byte comes well before any deadline of a read; only a deadline of the whole ends these."""
    slow = [(connect("tcp", "127.6.%d.1" % i), b"\0") for i in range(60)]
    raw = []
    for i in range(60):
        raw.append(socket.create_connection(("127.0.0.1", PROXY.ports["ws"]), timeout=5, source_address=("127.7.%d.1" % i, 0)))
    slow += [(client, b"G") for client in raw]
    direct = socket.create_connection(("127.0.0.1", COMETS["comet-1"]["tcp.port"]), timeout=5)  # a balancer that hangs
    slow.append((direct, b"P"))
    began = time.monotonic()
    while time.monotonic() - began < HANDSHAKE + 2.5:
        for client, byte in slow:
            try:
                (client.sock if isinstance(client, TcpClient) else client).send(byte)
            except OSError:
                pass
        login("tcp", "127.8.1.1", 8450, "k8450").close()
        time.sleep(0.3)
    for client, _ in slow:
        sock = client.sock if isinstance(client, TcpClient) else client
        sock.settimeout(2)
        try:
            assert sock.recv(100) == b"", "still open"
        except ConnectionError:
            pass
        sock.close()


def slow_requests_to_logic_are_answered_408():
    host, port = API[len("http://"):].split(":")
    head = b"POST /goim/push/mids?operation=1&mids=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n"
    slow = [socket.create_connection((host, int(port)), timeout=5) for _ in range(20)]
    for i, sock in enumerate(slow):
        sock.sendall(head + (b"\r\n" if i % 2 else b""))
    began = time.monotonic()
    while time.monotonic() - began < 2:
        for sock in slow:
            try:
                sock.send(b"x")
            except OSError:
                pass
        push(8460, b"served")
        time.sleep(0.2)
    for sock in slow:
        assert sock.recv(1000).startswith(b"HTTP/1.1 408"), "no 408"
        sock.close()
    many = [socket.create_connection((host, int(port)), timeout=5) for _ in range(60)]
    # http.max_per_ip=50; the others wait idle, which is allowed
    eventually(lambda: len(select.select(many, [], [], 0)[0]) >= 10, "more connections than one address may have")
    assert len(select.select(many, [], [], 0.5)[0]) <= 11, "fewer"
    for sock in many:
        sock.close()


def logins_of(logic):
    return metric(ports_of(logic)["ops.port"], 'im_logic_connects_total{outcome="ok"}')


def failures_of(comet):
    names = ('im_comet_connects_total{outcome="failed"}', "im_comet_lease_failures_total", "im_comet_room_update_failures_total",
             "im_comet_fenced_total")
    return [metric(comet.ports["ops"], name) for name in names]


def a_logic_that_was_added_gets_calls():
    """Two comets reach the logics through the balancer only. While logic-2 is away both are on logic-1; when it is back, the age
    of their connections brings one of them over, and no call fails."""
    balancer.kill("logic-2")
    eventually(lambda: PROXY.up("logic_grpc") == ["logic-1"], "logic-2 still up")
    comets = [balancer.Comet("balanced-%d" % i, PROXY.ports["grpc"]).ready() for i in (1, 2)]
    try:
        failures = [failures_of(comet) for comet in comets]
        alone = logins_of("logic-1")
        logins = 0

        def both_log_in():
            nonlocal logins
            for comet in comets:
                logins += 1
                login("tcp", "127.0.0.9", 0, "spread%d" % logins, comet.ports["tcp"]).close()
        both_log_in()
        assert logins_of("logic-1") - alone == logins
        balancer.start("logic-2")
        eventually(lambda: PROXY.up("logic_grpc") == ["logic-1", "logic-2"], "logic-2 is not up")
        base = {logic: logins_of(logic) for logic in ("logic-1", "logic-2")}

        def both_got_calls():
            both_log_in()
            return all(logins_of(logic) - count >= 5 for logic, count in base.items())
        eventually(both_got_calls, "calls did not spread", 30)
        assert [failures_of(comet) for comet in comets] == failures
    finally:
        for comet in comets:
            comet.end()


def a_killed_comet_gets_no_more_clients():
    balancer.kill("comet-1")
    eventually(lambda: refuses(COMETS["comet-1"]["tcp.port"]), "comet-1 lives")
    # From here on no client meets it, although the checks of the balancer may not have noticed yet.
    for i in range(8):
        client = login(("tcp", "ws")[i % 2], "127.9.1.%d" % i, 8480 + i, "k%d" % (8480 + i))
        assert [one["comet"]["name"] for one in session(8480 + i)] == ["comet-2"]
        push(8480 + i, b"after the kill")
        assert client.receive()[3] == b"after the kill"
        client.close()


CASES = [clients_are_known_by_their_own_address, both_comets_get_clients, health_checks_are_no_clients,
         only_the_balancer_states_addresses, an_address_has_so_many_connections, a_user_has_so_many_sessions_in_the_cluster,
         slow_clients_are_cut_and_others_served, slow_requests_to_logic_are_answered_408, a_logic_that_was_added_gets_calls,
         a_killed_comet_gets_no_more_clients]

try:
    eventually(lambda: PROXY.up("comet_tcp") == list(COMETS) and PROXY.up("comet_ws") == list(COMETS)
               and len(PROXY.up("logic_grpc")) == 2, "the balancer sees no daemons")
    run("haproxy", CASES)
finally:
    PROXY.end()
