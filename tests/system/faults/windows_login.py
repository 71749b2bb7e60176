"""F04: the same user and key on two comets in turn, while the end of the older connection arrives late; F10: while a router is away."""
import json
import random
import socket
import time
import urllib.request

import cluster
from goim_client import Closed, TcpClient
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


def abandoned_logins(count, first):
    """Logins that wait for a router, given up by their clients, which then log in elsewhere."""
    token = lambda i: json.dumps({"mid": first + i, "key": "left-%d" % i, "accepts": [1000]}).encode()  # noqa: E731
    waiting = [TcpClient(cluster.port("comet-1", "tcp.port")) for _ in range(count)]
    for i, client in enumerate(waiting):
        client.send(7, token(i))
    time.sleep(1)
    for client in waiting:
        client.close()
    clients = [TcpClient(cluster.port("comet-2", "tcp.port"), timeout=10) for _ in range(count)]
    for i, client in enumerate(clients):
        client.send(7, token(i))
    return clients


def in_at_once(client):
    """Whether the login went through; else the comet gave up waiting for a router."""
    try:
        return client.receive()[1] == 8
    except Exception:
        return False


def f10_abandoned():
    """A slot has no router until the lease of the killed one is over; the login of a client that has left must not take the session."""
    count, first = times(100, 400), 75_000_001
    row = Row("F10", "kill -9 of a router, %d logins given up meanwhile and made again on another comet" % count)
    with load(*QUICK) as ledger:
        time.sleep(2)
        cluster.kill("router-1")
        time.sleep(3.5)
        clients = abandoned_logins(count, first)
        inside = [i for i, client in enumerate(clients) if in_at_once(client)]
        time.sleep(0.5)
        wrong = [i for i in inside if [one["key"] for one in sessions_of(first + i) or []] != ["left-%d" % i]]
        for client in clients:
            client.close()
        cluster.start("router-1")
        time.sleep(LEASE_S)
    row.count(logged_in=len(inside), without_session=len(wrong))
    row.must(len(inside) >= count / 2, "only %d of %d logged in at the second comet: the scenario shows little" % (len(inside), count))
    row.must(not wrong, "%d clients are connected and have no session" % len(wrong))
    return row.judge(ledger)


SCENARIOS = [f04_flap, f10_abandoned]
