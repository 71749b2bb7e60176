"""F17 to F21: clients whose network goes, flaps or is slow, a herd that comes back at once, clients that read nothing, and daemons that are
ended in turn by SIGTERM."""
import os
import random
import signal
import socket
import time

import cluster
from extra import Extra
from goim_client import Closed, TcpClient
from ledger import comet_ports
from proxy import Proxy
from sample import seed_number
from window import LEASE_S, QUICK, Row, load, sessions_of, times


def logged_in(port, uid, **more):
    return TcpClient(port, timeout=30).auth(mid=uid, key="client-%d" % uid, accepts=[1000], **more)


def f17_half_open():
    """Phones that vanish: no FIN, no RST, nothing more. Their comet closes them when they have been silent for heartbeat x heartbeat_max."""
    count, first = 50, 79_000_001
    row = Row("F17", "%d clients vanish without a FIN" % count)
    with Extra("logic", client__heartbeat="2s", client__heartbeat_max=3) as logic, \
            Extra("comet", logic__addresses="127.0.0.1:%d" % logic.port("grpc.port")) as comet, \
            Proxy(phones=comet.port("tcp.port")) as proxy, load(*QUICK) as ledger:
        phones = [logged_in(proxy.port("phones"), first + i) for i in range(count)]
        stays = logged_in(comet.port("tcp.port"), first + count)
        proxy.do("set phones both stall on", "set phones both nofin on")

        def forgotten():
            stays.send(2)
            assert stays.receive()[1] == 3
            return not any(sessions_of(first + i) for i in range(count))
        cluster.eventually(forgotten, "clients that have vanished are listed for ever", 60, 0.5)
        row.count(closed=cluster.metric(comet.port("ops.port"), "im_comet_closed_total", 'reason="heartbeat_timeout"'))
        row.must(len(sessions_of(first + count) or []) == 1, "who went on beating was closed, too")
        for client in phones + [stays]:
            client.close()
    row.must("closed=%d" % count in row.counters, "not each of them was closed for its silence")
    return row.judge(ledger)


def f18_flapping():
    """All clients of the load behind a network that is slow, stands still and cuts connections, again and again."""
    seconds, chance = times(20, 300), random.Random(seed_number())
    row = Row("F18", "clients behind a network that flaps, for %d s" % seconds)
    comets = {"c%d" % i: int(port) for i, port in enumerate(comet_ports("tcp").split(","))}
    with Proxy(**comets) as proxy:
        ports = ",".join(str(proxy.port(name)) for name in comets)
        with load("--settle", "12", "--ws-share", "0", tcp=ports) as ledger:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                link = chance.choice(list(comets))
                fault = chance.choice(("both delay 400", "down rate 64000", "both stall on", "both slice on", "down cut 20000"))
                proxy.do("set %s %s" % (link, fault))
                time.sleep(chance.uniform(0.5, 2))
                proxy.do("clear " + link)
            row.count(connections=sum(proxy.numbers(link)["accepted"] for link in comets))
    return row.judge(ledger, enough=0.1)


def reply_of(client):
    """Whether the login was answered; a comet that has too many under way may close it, and the client comes again."""
    try:
        return client.receive()[1] == 8
    except (Closed, OSError):
        return False


def f19_herd():
    """A comet dies with many idle clients, who all come to the other one at once and again until they are in."""
    count, first = times(500, 5000), 79_100_001
    row = Row("F19", "kill -9 comet-1 with %d idle clients that come back to comet-2 at once" % count)
    with load(*QUICK) as ledger:
        idle = [logged_in(cluster.port("comet-1", "tcp.port"), first + i) for i in range(count)]
        cluster.kill("comet-1")
        for client in idle:
            client.close()
        out, rounds, inside, until = list(range(count)), 0, {}, time.monotonic() + cluster.PATIENCE
        while out and time.monotonic() < until:
            rounds += 1
            coming = {i: TcpClient(cluster.port("comet-2", "tcp.port"), timeout=30) for i in out}
            for i, client in coming.items():
                client.send(7, b'{"mid":%d,"key":"client-%d","accepts":[1000]}' % (first + i, first + i))
            inside.update({i: client for i, client in coming.items() if reply_of(client)})
            out = [i for i in out if i not in inside]
        row.must(cluster.ready("comet-2"), "the comet that they came to fell, too")
        cluster.start("comet-1")
        time.sleep(LEASE_S)
        for client in inside.values():
            client.close()
    row.count(rounds=rounds, in_at_the_end=len(inside))
    row.must(not out, "%d of them do not get in" % len(out))
    return row.judge(ledger)


def deaf_client(port, uid, room):
    """Reads the answer to its login, then nothing more, with next to no room in its kernel."""
    client = TcpClient.__new__(TcpClient)
    client.sock, client.buffer = socket.socket(), b""
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    client.sock.settimeout(30)
    client.sock.connect(("127.0.0.1", port))
    return client.auth(mid=uid, key="deaf-%d" % uid, accepts=[1000], room_id=room)


def f20_deaf():
    """Clients that never read are closed (4003) and hold nobody up: those of the load live on the same comet."""
    count, first, room = times(50, 100), 79_200_001, "deaf://1"
    row = Row("F20", "%d clients that read nothing beside those of the load" % count)
    with Extra("comet", client__outbox_limit="64KiB", tcp__sndbuf="16KiB") as comet, \
            load(*QUICK, tcp="%s,%d" % (comet_ports("tcp"), comet.port("tcp.port")),
                 ws="%s,%d" % (comet_ports("ws"), comet.port("ws.port"))) as ledger:
        deaf = [deaf_client(comet.port("tcp.port"), first + i, room) for i in range(count)]
        api = cluster.port("logic-1", "http.push_port")
        for _ in range(60):
            with socket.create_connection(("127.0.0.1", api), timeout=10) as sock:
                sock.sendall(b"POST /goim/push/room?operation=1000&type=deaf&room=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n"
                             b"Connection: close\r\n\r\n" + b"x" * 4000)
                while sock.recv(4096):
                    pass
            time.sleep(times(0.1, 1))  # the load goes on beside it

        def closed():
            return cluster.metric(comet.port("ops.port"), "im_comet_closed_total", 'reason="slow_consumer"')
        cluster.eventually(lambda: closed() >= count, "clients that read nothing stay", cluster.PATIENCE)
        row.count(slow_consumers=closed())
        for client in deaf:
            client.close()
    return row.judge(ledger)


def f21_rolling():
    """Each daemon in turn is told to end, drains and is started again."""
    row = Row("F21", "SIGTERM and start of each daemon in turn")
    names = [name for kind in ("comet", "logic", "job", "router") for name in cluster.names(kind)]
    slowest = 0
    with load("--settle", "20") as ledger:
        time.sleep(2)
        for name in names * times(1, 10):
            number, begin = cluster.pid(name), time.monotonic()
            os.kill(number, signal.SIGTERM)
            cluster.eventually(lambda gone=number: not cluster.alive(gone), "%s does not end" % name, cluster.PATIENCE)
            slowest = max(slowest, time.monotonic() - begin)
            cluster.start(name)
            time.sleep(2)
    row.count(slowest_drain_ms=int(1000 * slowest))
    return row.judge(ledger, enough=0.1, may_refuse=True)


SCENARIOS = [f17_half_open, f18_flapping, f19_herd, f20_deaf, f21_rolling]
