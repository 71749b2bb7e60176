#!/usr/bin/env python3
"""What devices are told of STUN and TURN, and that a TURN server takes it: coturn is started here with the same secrets, when it is installed.
As test_calls.py; IM_TURN_SECRETS names logic's file."""
import base64
import hashlib
import hmac
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

from peer import Device, person
from runner_of_cases import run
from wait import eventually

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
SECRETS = os.environ["IM_TURN_SECRETS"]
COTURN = """listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port=%d
min-port=50000
max-port=50199
realm=im.test
use-auth-secret
%s
fingerprint
allow-loopback-peers
no-cli
no-tls
no-dtls
no-multicast-peers
log-file=stdout
simple-log
pidfile=%s/turn.pid
userdb=%s/turndb
"""


def freeport():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Coturn:
    def __init__(self, secrets, more=()):
        self.folder, self.port = tempfile.mkdtemp(), freeport()
        path = os.path.join(self.folder, "conf")
        with open(path, "w") as file:
            lines = "\n".join(["static-auth-secret=" + secret for secret in secrets] + list(more))
            file.write(COTURN % (self.port, lines, self.folder, self.folder))
        self.log = open(os.path.join(self.folder, "log"), "w")
        self.server = subprocess.Popen(["turnserver", "-c", path], stdout=self.log, stderr=subprocess.STDOUT)
        self.echo_port = freeport()
        self.peer = subprocess.Popen(["turnutils_peer", "-L", "127.0.0.1", "-p", str(self.echo_port)],
                                     stdout=self.log, stderr=subprocess.STDOUT)
        time.sleep(1)

    def relays(self, username, credential):
        """True when bytes went through a relay and back with these credentials."""
        done = subprocess.run(["turnutils_uclient", "-e", "127.0.0.1", "-r", str(self.echo_port), "-X", "-g", "-n", "5", "-m", "1",
                               "-u", username, "-w", credential, "-p", str(self.port), "127.0.0.1"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        return done.returncode == 0 and "Total lost packets 0" in done.stdout, done.stdout

    def allocates(self, username, credential):
        """An allocation that stays while it is asked for: (its socket, 0), or the code of a refusal."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.settimeout(10)
        sock.connect(("127.0.0.1", self.port))
        realm, nonce = refusal(ask(sock, ALLOCATE, UDP))[1:]
        key = key_of(username, realm, credential)
        names = attribute(0x0006, username.encode()) + attribute(0x0014, realm) + attribute(0x0015, nonce)
        answer = ask(sock, ALLOCATE, UDP + names, key)
        return sock, refusal(answer)[0]

    def stop(self):
        for process in (self.server, self.peer):
            process.kill()
            process.wait()
        self.log.close()
        shutil.rmtree(self.folder)


ALLOCATE, MAGIC = 0x0003, 0x2112A442


def attribute(kind, value):
    """Of STUN (RFC 8489): filled up to four bytes."""
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def key_of(username, realm, credential):
    """Of long-term credentials."""
    return hashlib.md5(b":".join((username.encode(), realm, credential.encode()))).digest()


UDP = attribute(0x0019, bytes((17, 0, 0, 0)))


def ask(sock, method, attributes, key=None):
    """With MESSAGE-INTEGRITY when there is a key, whose length counts. `attributes` may depend on the number of the request."""
    number = os.urandom(12)
    attributes = attributes(number) if callable(attributes) else attributes
    if key is not None:
        head = struct.pack("!HHI", method, len(attributes) + 24, MAGIC) + number
        attributes += attribute(0x0008, hmac.new(key, head + attributes, hashlib.sha1).digest())
    sock.send(struct.pack("!HHI", method, len(attributes), MAGIC) + number + attributes)
    while True:
        answer = sock.recv(2048)
        if answer[8:20] == number:
            return answer


def refusal(answer):
    """(code or 0, realm, nonce)"""
    found, at = {}, 20
    while at < len(answer):
        kind, size = struct.unpack_from("!HH", answer, at)
        found[kind] = answer[at + 4:at + 4 + size]
        at += 4 + size + (-size % 4)
    code = found[0x0009][2] * 100 + found[0x0009][3] if 0x0009 in found else 0
    return code, found.get(0x0014, b""), found.get(0x0015, b"")


def ice_of(device, peer):
    call = device.invite(peer.uid)
    device.good("call.cancel", **device.party())
    return call["ice"]


def turn_of(ice):
    return [server for server in ice["iceServers"] if "username" in server][0]


def bent(text):
    """Another text: its first character is another digit."""
    return ("1" if text[0] != "1" else "2") + text[1:]


def credentials_are_for_the_user_and_an_hour():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    ice = ice_of(ann, bob)
    assert ice["ttl_s"] == 3600 and ice["iceServers"][0]["urls"][0].startswith("stun:"), ice
    expires, user = turn_of(ice)["username"].split(":")
    assert int(user) == ann.uid and 3500 < int(expires) - time.time() < 3700, ice


def coturn_takes_them_and_no_others():
    if not shutil.which("turnserver"):
        print("     coturn is not installed: nothing was asked")
        return
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    turn = turn_of(ice_of(ann, bob))
    server = Coturn(["north", "south"])
    try:
        good, text = server.relays(turn["username"], turn["credential"])
        assert good, text
        name, credential = turn["username"], turn["credential"]
        for name, credential in ((name, bent(credential)), ("1000:%d" % ann.uid, credential), (bent(name), credential)):
            assert not server.relays(name, credential)[0], name
    finally:
        server.stop()


def a_quota_that_is_used_up():
    """Counted by user: another name of the same one (credentials are minted anew each time) has nothing more, and another user has their own."""
    if not shutil.which("turnserver"):
        print("     coturn is not installed: nothing was asked")
        return
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    server = Coturn(["north", "south"], ["user-quota=2"])
    held = []

    def code(turn):
        sock, refused = server.allocates(turn["username"], turn["credential"])
        held.append(sock)
        return refused

    try:
        first = turn_of(ice_of(ann, bob))
        assert [code(first), code(first)] == [0, 0]
        assert code(first) == 486
        eventually(lambda: turn_of(ice_of(ann, bob))["username"] != first["username"], "credentials are not minted anew", 10, 0.5)
        assert code(turn_of(ice_of(ann, bob))) == 486, "a fresh name is the same user"
        assert code(turn_of(ice_of(bob, ann))) == 0, "another user"
    finally:
        for sock in held:
            sock.close()
        server.stop()


def another_secret_is_followed():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    before = turn_of(ice_of(ann, bob))

    def verified(turn, secret):
        made = hmac.new(secret.encode(), turn["username"].encode(), hashlib.sha1).digest()
        return base64.b64encode(made).decode() == turn["credential"]

    assert verified(before, "north"), before
    with open(SECRETS, "w") as file:
        file.write("south\nnorth\n")
    try:
        eventually(lambda: verified(turn_of(ice_of(ann, bob)), "south"), "the file is not followed", 10, 0.5)
    finally:
        with open(SECRETS, "w") as file:
            file.write("north\nsouth\n")


if __name__ == "__main__":
    sys.exit(run("turn", globals()))
