"""F04: the same user and key on two comets in turn, while the end of the older connection arrives late; F10: while a router is away."""
import json
import random
import socket
import struct
import time
import urllib.request

import cluster
from goim_client import Closed, TcpClient, WsClient
from proxy import Proxy
from window import LEASE_S, QUICK, Row, load, sessions_of, times

USERS = 1000
FIRST = 74_000_001


def login(port, user):
    return TcpClient(port).auth(mid=FIRST + user, key="flap-%d" % user, accepts=[1000])


def probe(client, user):
    """Exactly one copy of a push to this user reaches this connection."""
    body = b"probe %d" % user
    url = "http://127.0.0.1:%d/goim/push/mids?operation=1000&mids=%d" % (cluster.port("logic-1", "http.push_port"), FIRST + user)
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST"), timeout=10) as reply:
        assert b'"code":0' in reply.read()
    try:
        client.sock.settimeout(5)
        return client.receive()[3] == body
    except (Closed, socket.timeout, ConnectionError):
        return False


def f04_flap():
    logins = times(10, 20)
    row = Row("F04", "%d users log in %d times in turn on two comets, old ends come 0 to 5 s late" % (USERS, logins))
    chance = random.Random(4)
    ports = {name: cluster.port(name, "tcp.port") for name in ("comet-1", "comet-2")}
    with Proxy(c1=ports["comet-1"], c2=ports["comet-2"]) as proxy, load(*QUICK) as ledger:
        proxy.do("set c1 up nofin on", "set c2 up nofin on")
        live = [None] * USERS
        told = time.monotonic()
        for turn in range(logins):
            for user in range(USERS):
                older = live[user]
                live[user] = login(proxy.port("c1" if (turn + user) % 2 else "c2"), user)
                if older:
                    older.close()
                if time.monotonic() > told:  # the ends that were held back arrive, all at once
                    proxy.do("clear c1", "clear c2")
                    proxy.do("set c1 up nofin on", "set c2 up nofin on")
                    told = time.monotonic() + chance.uniform(0, 5)
        held = proxy.numbers("c1")["open"] + proxy.numbers("c2")["open"]
        proxy.do("clear c1", "clear c2")
        time.sleep(3)
        several = sum(1 for user in range(USERS) if len(sessions_of(FIRST + user) or []) != 1)
        unreached = sum(1 for user in range(USERS) if not probe(live[user], user))
        for client in live:
            client.close()
    row.count(logins=USERS * logins, held_open=held, not_exactly_one_session=several, not_reached=unreached)
    row.must(several == 0, "%d users have not exactly one session" % several)
    row.must(unreached == 0, "%d users are not reached by a probe" % unreached)
    return row.judge(ledger)


def token(first, i):
    return json.dumps({"mid": first + i, "key": "left-%d" % (first + i), "accepts": [1000]}).encode()


def ws_close(client):
    """As a browser that leaves a page: a Close frame, and no end of the socket."""
    client.frame(struct.pack(">H", 1001), opcode=8)


def abandon(count, first, kind, after, leave):
    """Logins at comet-1 that wait, given up by their clients."""
    waiting = [kind(cluster.port("comet-1", "tcp.port" if kind is TcpClient else "ws.port")) for _ in range(count)]
    for i, client in enumerate(waiting):
        client.send(7, token(first, i))
    time.sleep(after)
    for client in waiting:
        leave(client)
    return waiting


def ask_again(count, first):
    """The same users at comet-2; they wait for their answers."""
    clients = [TcpClient(cluster.port("comet-2", "tcp.port"), timeout=10) for _ in range(count)]
    for i, client in enumerate(clients):
        client.send(7, token(first, i))
    return clients


def in_at_once(client):
    """Whether the login went through; else the comet gave up waiting for a router."""
    try:
        return client.receive()[1] == 8
    except Exception:
        return False


def judge_reached(row, clients, first, enough=0.5):
    """Who is connected must be reached by a push: that is the truth, whatever routers list."""
    inside = [i for i, client in enumerate(clients) if in_at_once(client)]
    time.sleep(1)
    unreached = [i for i in inside if not probe(clients[i], first - FIRST + i)]
    row.count(logged_in=len(inside), not_reached=len(unreached))
    row.must(len(inside) >= enough * len(clients), "only %d of %d logged in at the second comet: the scenario shows little" % (len(inside), len(clients)))
    row.must(not unreached, "%d clients are connected and not reached" % len(unreached))


def end(clients):
    for client in clients:
        client.close()


def f10_abandoned():
    """A slot has no router until the lease of the killed one is over; the login of a client that has left must not take the session."""
    count, first = times(100, 400), 75_000_001
    row = Row("F10", "kill -9 of a router, %d logins given up meanwhile and made again on another comet" % count)
    with load(*QUICK) as ledger:
        time.sleep(2)
        cluster.kill("router-1")
        time.sleep(3.5)
        abandon(count, first, TcpClient, 1, TcpClient.close)
        clients = ask_again(count, first)
        judge_reached(row, clients, first)
        end(clients)
        cluster.start("router-1")
        time.sleep(LEASE_S)
    return row.judge(ledger)


def f10_stopped(seconds, first, enough=0.5):
    """What a router carries out when it goes on is out of order: both logins of a client wait in it."""
    count = 300
    row = Row("F10", "kill -STOP of a router for %.1f s, %d logins given up after 0.4 s and made again on another comet" % (seconds, count))
    with load(*QUICK) as ledger:
        time.sleep(2)
        cluster.pause("router-1")
        begun = time.monotonic()
        abandon(count, first, TcpClient, 0.4, TcpClient.close)
        clients = ask_again(count, first)
        time.sleep(max(0, seconds - (time.monotonic() - begun)))
        cluster.resume("router-1")
        judge_reached(row, clients, first, enough)
        end(clients)
        time.sleep(3)
        left = sum(len(sessions_of(first + i) or []) for i in range(count))
        row.count(phantoms=left)
        row.must(left == 0, "%d sessions of clients that have all left" % left)
    return row.judge(ledger)


def f10_stopped_1s():
    return f10_stopped(1.0, 76_000_001)


def f10_stopped_3s():
    # Logins that have waited 2 s are refused, so only those asked last get in at once; what is judged is what the others leave behind.
    return f10_stopped(3.0, 76_100_001, enough=0.1)


def f10_ws_close():
    """A comet stands still with logins of browsers that close meanwhile as browsers do: a Close frame behind the login."""
    count, first = 100, 76_200_001
    row = Row("F10", "kill -STOP of a comet for 4 s, %d WebSocket logins closed meanwhile and made again on another comet" % count)
    with load(*QUICK) as ledger:
        time.sleep(2)
        waiting = [WsClient(cluster.port("comet-1", "ws.port")) for _ in range(count)]
        cluster.pause("comet-1")
        for i, client in enumerate(waiting):
            client.send(7, token(first, i))
            ws_close(client)
        clients = ask_again(count, first)
        time.sleep(4)
        cluster.resume("comet-1")
        judge_reached(row, clients, first, enough=0.9)
        end(clients + waiting)
    return row.judge(ledger)


def f04_two_live():
    """The same user and key on another comet: who was there before is told within a second, and only the newer one is reached."""
    count, first = 100, 76_300_001
    row = Row("F04", "%d users log in again on another comet and stay connected on the first" % count)
    with load(*QUICK) as ledger:
        older = [WsClient(cluster.port("comet-1", "ws.port")) for _ in range(count)]
        for i, client in enumerate(older):
            client.send(7, token(first, i))
            row.must(in_at_once(client), "an older login was refused")
        clients = ask_again(count, first)
        judge_reached(row, clients, first, enough=1)
        told = sum(1 for client in older if closed_with(client) == 4002)
        row.count(told_4002=told)
        row.must(told == count, "%d of %d older connections were told" % (told, count))
        end(clients + older)
    return row.judge(ledger)


def closed_with(client):
    """The code of the Close frame that is there, or None."""
    client.sock.settimeout(1)
    data = client.sock.recv(4096)
    at = data.find(b"\x88")
    return struct.unpack(">H", data[at + 2:at + 4])[0] if at >= 0 else None


SCENARIOS = [f04_flap, f04_two_live, f10_abandoned, f10_stopped_1s, f10_stopped_3s, f10_ws_close]
