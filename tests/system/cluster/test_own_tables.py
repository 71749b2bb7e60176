#!/usr/bin/env python3
"""A comet that may open 1,024 files holds 2,000 clients, because each worker has a table of its own (worker.own_tables). It runs beside a
running cluster: IM_BIN, IM_API, IM_ADMIN and IM_LOGIC_GRPC come from the environment; TLS_FILES is a folder for its certificate."""
import json
import os
import resource
import signal
import socket
import ssl
import subprocess
import urllib.request

from comet_beside import Comet, free_port
from goim_client import TcpClient, WsClient
from runner import run
from wait import eventually
from web import get

API, ADMIN, FILES = os.environ["IM_API"], os.environ["IM_ADMIN"], os.environ["TLS_FILES"]
CERTIFICATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tls", "certificate.sh")
LIMIT, SHARED = 1024, 1024 - 128
CLIENTS, PAGES, FIRST_UID = 1900, 100, 50000
AT_ONCE = 100  # logins: below client.handshake_timeout on a busy machine
ROOM = "live://tables"


def limited():
    resource.setrlimit(resource.RLIMIT_NOFILE, (LIMIT, LIMIT))


def certificate(name):
    subprocess.run([CERTIFICATE, FILES, name], check=True, capture_output=True)


def comet(name, *flags):
    return Comet(name, "--worker.threads=4", "--client.max_connections=3000", "--node.drain_deadline=20s",
                 "--tls.certificate=%s/cert.pem" % FILES, "--tls.key=%s/key.pem" % FILES, *flags, before=limited)


def logged_in(port, first, count):
    """As many of them as get in, `AT_ONCE` at a time."""
    there = []
    for begin in range(first, first + count, AT_ONCE):
        lot = [TcpClient(port, timeout=20) for _ in range(min(AT_ONCE, first + count - begin))]
        for uid, client in enumerate(lot, begin):
            try:
                client.send(7, json.dumps({"mid": uid, "key": "t-%d" % uid, "room_id": ROOM, "platform": "t", "accepts": [1000]}).encode())
            except ConnectionError:
                pass
        for client in lot:
            try:
                if client.receive() == (1, 8, 1, b""):
                    there.append(client)
            except Exception:  # closed: there is no room
                client.close()
    return there


def push(text):
    request = urllib.request.Request(API + "/goim/push/room?operation=1000&type=live&room=tables", data=text, method="POST")
    with urllib.request.urlopen(request, timeout=10) as reply:
        assert json.loads(reply.read())["code"] == 0


def known_sessions():
    return sum(get("%s/admin/v1/session?uid=%d" % (ADMIN, uid))[0] == 200 for uid in range(FIRST_UID, FIRST_UID + CLIENTS, 97))


def organisation(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with ssl.create_default_context(cafile=os.path.join(FILES, "ca.pem")).wrap_socket(plain, server_hostname="im.example") as secure:
            return dict(pair[0] for pair in secure.getpeercert()["subject"])["organizationName"]


def bodies(client, count):
    out = []
    while len(out) < count:
        _, op, _, body = client.receive()
        assert op == 1000, (op, body)
        out.append(body)
    return out


def close_code(page):
    """Answered, as browsers do: the comet waits for that."""
    while True:
        opcode, payload = page.message()
        if opcode == 8:
            return int.from_bytes(payload[:2], "big")


def one_table_holds_what_one_table_holds():
    """The control: as it is without tables of their own."""
    with comet("one-table", "--worker.own_tables=off").ready() as one:
        there = logged_in(one.ports["tcp"], 70000, 1100)
        assert len(there) <= SHARED, len(there)
        assert "fewer connections than configured" in one.text()
        for client in there:
            client.close()


def many_tables_hold_more_and_work():
    tcps = free_port()
    with comet("tables", "--tcps.port=%d" % tcps).ready() as one:
        clients = logged_in(one.ports["tcp"], FIRST_UID, CLIENTS)
        assert len(clients) == CLIENTS, len(clients)
        assert '"limit_of_each":%d' % LIMIT in one.text(), one.text()
        pages = [WsClient(one.ports["ws"]).auth(mid=FIRST_UID + CLIENTS + i, room_id=ROOM, platform="t", accepts=[1000])
                 for i in range(PAGES)]
        counts_are_of_each_table(one)
        everybody_gets_every_push(one, clients, pages)
        signals_are_answered(one, tcps)
        everybody_gets_every_push(one, clients, pages)
        it_drains(one, clients, pages)


def counts_are_of_each_table(one):
    assert one.metric("im_comet_connections ") == CLIENTS + PAGES
    own = [one.metric('im_comet_worker_open_fds{worker="%d"}' % i) for i in range(4)]
    # Each holds some streams and wake-ups beside its clients.
    eventually(lambda: one.metric("im_comet_worker_open_fds") >= CLIENTS + PAGES, own)
    assert all(0 < count < LIMIT for count in own), own
    assert one.metric("process_open_fds") < LIMIT / 4, "clients in the table of the process"


def everybody_gets_every_push(one, clients, pages):
    """What workers have taken goes back to job, on sockets that they do not have: a byte in a wrong one would be seen here."""
    before = one.metric("im_comet_push_batches_total")
    texts = [b"push-%d" % i for i in range(40)]
    for text in texts:
        push(text)
    for client in clients + pages:
        assert bodies(client, len(texts)) == texts
    assert one.metric("im_comet_push_batches_total") > before
    for client in clients[::50] + pages[::10]:
        client.send(2)
        assert client.receive()[1] == 3, "something came that nobody sent"


def signals_are_answered(one, tcps):
    assert organisation(tcps) == "first"
    certificate("second")
    one.process.send_signal(signal.SIGHUP)
    eventually(lambda: organisation(tcps) == "second", "the new certificate")
    one.process.send_signal(signal.SIGUSR1)
    eventually(lambda: "there is no file to open again" in one.text(), "SIGUSR1")


def it_drains(one, clients, pages):
    eventually(lambda: known_sessions() > 0, "the cluster does not know the sessions")
    one.process.send_signal(signal.SIGTERM)
    for client in clients:
        assert client.closed_within(30), "a client is not told to go"
    for page in pages:
        assert close_code(page) == 4004, "a page hears why"
        page.close()
    assert one.process.wait(30) == 0, one.text()[-2000:]
    assert '"connections_left":0' in one.text(), one.text()[-2000:]
    eventually(lambda: known_sessions() == 0, "sessions stay behind")


certificate("first")
run("own-tables", [one_table_holds_what_one_table_holds, many_tables_hold_more_and_work])
