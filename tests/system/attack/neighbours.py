"""The healthy clients of the attacked cluster, and what cases need to reach it."""
import json
import os
import subprocess
import time
import urllib.error
import urllib.request

from goim_client import Closed, TcpClient

IM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "im")


def im(*words):
    done = subprocess.run([IM, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def port(name, kind):
    for row in json.loads(im("status", "--json"))["daemons"]:
        if row["name"] == name:
            return row["ports"][kind]
    raise AssertionError("no daemon %s" % name)


PORTS = {name: port(name, "tcp") for name in ("comet-1", "comet-2")}
WS = port("comet-1", "ws")
API = "http://127.0.0.1:%d" % port("logic-1", "http.push_port")
OPS = {name: "http://127.0.0.1:%d" % port(name, "ops") for name in ("comet-1", "router-1", "logic-1")}


def http(url, body=None):
    """(status, bytes); a body makes it a POST."""
    try:
        with urllib.request.urlopen(url, data=body, timeout=10) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def push(path, text):
    status, answer = http(API + path, text)
    assert status == 200 and json.loads(answer)["code"] == 0, (path, status, answer)


def metric(daemon, name):
    for line in http(OPS[daemon] + "/metrics")[1].decode().split("\n"):
        if line.split(" ")[0] == name:
            return float(line.split(" ")[1])
    return 0.0


def eventually(check, what, seconds=60):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def login(comet="comet-1", **token):
    client = TcpClient(PORTS[comet], timeout=20)
    client.sock.settimeout(20)
    return client.auth(**token)


def let_in(comet, **token):
    """As a client does: a comet that registers again, because a router has forgotten it, closes the logins under way."""
    end = time.monotonic() + 20
    while True:
        try:
            return login(comet, **token)
        except Closed:
            assert time.monotonic() < end, "%s lets nobody in" % comet
            time.sleep(0.2)


def ready(daemon):
    try:
        return http(OPS[daemon] + "/healthz/ready")[0] == 200
    except OSError:
        return False


def all_are_ready():
    for daemon in OPS:
        eventually(lambda: ready(daemon), "%s is not ready" % daemon)


def restart_router():
    im("kill", "router-1")
    im("start", "router-1")
    all_are_ready()


class Neighbours:
    """Two clients on each comet, all in one room. None may lose its connection or a push by what others do."""
    ROOM = "attack://neighbours"

    def __init__(self):
        self.pushed = 0
        self.come_again()

    def come_again(self):
        all_are_ready()
        self.clients = [login(comet, mid=9000 + i, key="neighbour-%d" % i, room_id=self.ROOM, accepts=[1000])
                        for i, comet in enumerate(("comet-1", "comet-2", "comet-1", "comet-2"))]

    def are_well(self):
        """Pushes by user and room arrive at each of them, and somebody new gets in."""
        for _ in range(5):
            self.pushed += 1
            room, user = b"room %d" % self.pushed, b"user %d" % self.pushed
            push("/goim/push/room?operation=1000&type=attack&room=neighbours", room)
            push("/goim/push/mids?operation=1000" + "".join("&mids=%d" % (9000 + i) for i in range(4)), user)
            for number, client in enumerate(self.clients):
                got = {client.receive()[3], client.receive()[3]}
                assert got == {room, user}, "neighbour %d got %r" % (number, got)
        for comet in PORTS:
            newcomer = let_in(comet, mid=9500, key="newcomer", room_id="attack://new-%d" % self.pushed)
            newcomer.send(12, b"attack://other-%d" % self.pushed, seq=2)
            assert newcomer.receive() == (1, 13, 2, b"attack://other-%d" % self.pushed), "op 12 of a newcomer"
            newcomer.close()
