#!/usr/bin/env python3
"""deploy/coturn/turnserver.conf as it is shipped, in the coturn that is installed: started on loopback with what it has in capitals filled in, asked with
credentials of logic. Nothing is sent to the peers that are named: a permission sends nothing. As test_turn.py."""
import ipaddress
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from peer import Device, person
from runner_of_cases import run
from test_turn import UDP, ask, attribute, bent, freeport, ice_of, key_of, refusal, turn_of
from wait import eventually

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SAMPLE = os.path.join(ROOT, "deploy", "coturn", "turnserver.conf")
ALLOCATE, PERMISSION, MAGIC = 0x0003, 0x0008, 0x2112A442
IPV6 = attribute(0x0017, bytes((2, 0, 0, 0)))
with open("/proc/net/if_inet6") as interfaces:
    HAS_IPV6 = any(line.split()[-1] == "lo" for line in interfaces)


class Shipped:
    """The sample with its placeholders filled in, on loopback and on ports of this run."""

    def __init__(self):
        self.folder, self.port, self.tls, self.server = tempfile.mkdtemp(), freeport(), freeport(), None
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self):
        path, cert, key = (os.path.join(self.folder, name) for name in ("conf", "cert.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                        "-subj", "/CN=turn.test", "-keyout", key, "-out", cert], check=True, capture_output=True)
        filled = {"PUBLIC-ADDRESS": "127.0.0.1", "EXAMPLE.ORG": "im.test", "NEW-SECRET": "north", "OLD-SECRET": "south",
                  "listening-port=3478": "listening-port=%d" % self.port, "tls-listening-port=443": "tls-listening-port=%d" % self.tls,
                  "/etc/coturn/cert.pem": cert, "/etc/coturn/key.pem": key}
        with open(SAMPLE) as file:
            text = file.read()
        for old, new in filled.items():
            assert old in text, "%s is not in the sample" % old
            text = re.sub(r"(?<![\w-])%s(?![\w-])" % re.escape(old), new, text)
        here = "listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlog-file=stdout\nsimple-log\npidfile=%s/pid\nuserdb=%s/db\n" % (self.folder, self.folder)
        with open(path, "w") as file:
            file.write(text + here + ("relay-ip=::1\n" if HAS_IPV6 else ""))
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "w") as log:
            self.server = subprocess.Popen(["turnserver", "-c", path], stdout=log, stderr=subprocess.STDOUT)
        eventually(lambda: self.listens(self.port) and self.listens(self.tls), "coturn does not listen", 30, 0.2)

    def listens(self, port):
        assert self.server.poll() is None, self.said()
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    def said(self):
        with open(self.log) as file:
            return file.read()

    def udp(self):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.settimeout(10)
        sock.connect(("127.0.0.1", self.port))
        return sock

    def stop(self):
        if self.server is not None:
            self.server.kill()
            self.server.wait()
        shutil.rmtree(self.folder)


class Client:
    """An allocation over this socket; `code`: 0, or of the refusal. `more`: which family of addresses is asked for."""

    def __init__(self, sock, turn, more=b""):
        self.sock = sock
        realm, nonce = refusal(ask(sock, ALLOCATE, UDP + more))[1:]
        name = turn["username"]
        self.names = attribute(0x0006, name.encode()) + attribute(0x0014, realm) + attribute(0x0015, nonce)
        self.key = key_of(name, realm, turn["credential"])
        self.code = refusal(ask(sock, ALLOCATE, UDP + more + self.names, self.key))[0]

    def permission(self, address):
        """0: what this peer sends would be relayed, and what is sent to it; else the code of the refusal."""
        peer = ipaddress.ip_address(address)

        def place(number):
            mask = (MAGIC.to_bytes(4, "big") + number)[:len(peer.packed)]
            mixed = bytes(one ^ other for one, other in zip(peer.packed, mask))
            return attribute(0x0012, bytes((0, 1 if peer.version == 4 else 2)) + (9 ^ MAGIC >> 16).to_bytes(2, "big") + mixed) + self.names

        return refusal(ask(self.sock, PERMISSION, place, self.key))[0]

    def permissions(self, addresses):
        return {address: self.permission(address) for address in addresses}


def denied(version):
    """First and last address of each range that the sample denies."""
    with open(SAMPLE) as file:
        ranges = re.findall(r"^denied-peer-ip=([^-\s]+)-(\S+)$", file.read(), re.M)
    ends = [end for both in ranges for end in both if ipaddress.ip_address(end).version == version]
    assert len(ends) >= 8, ends
    return ends


def as_shipped(case):
    if not shutil.which("turnserver"):
        print("     coturn is not installed: nothing was asked")
        return
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    server = Shipped()
    try:
        case(server, turn_of(ice_of(ann, bob)))
    finally:
        server.stop()


def each_line_of_the_sample_is_understood():
    def case(server, _):
        bad = [line for line in server.said().splitlines() if re.search(r"bad config|unknown|unrecogni[sz]ed|illegal|error", line, re.I)]
        assert not bad, bad

    as_shipped(case)


def it_relays_for_credentials_of_logic_and_to_no_private_network():
    def case(server, turn):
        client = Client(server.udp(), turn)
        assert client.code == 0, client.code
        refused = client.permissions(denied(4))
        assert set(refused.values()) == {403}, refused
        allowed = client.permissions(("192.0.2.1", "11.0.0.0", "172.32.0.0", "192.169.0.0", "9.255.255.255"))
        assert set(allowed.values()) == {0}, allowed

    as_shipped(case)


def nor_by_ipv6():
    def case(server, turn):
        client = Client(server.udp(), turn, IPV6)
        assert client.code == 0, client.code
        mapped = ["::ffff:10.0.0.0", "::ffff:10.1.2.3", "::ffff:127.0.0.1", "::ffff:192.168.0.0"]
        refused = client.permissions(denied(6) + mapped + ["::", "::1", "fd12:3456::1", "fe80::1", "64:ff9b::7f00:1"])
        assert set(refused.values()) == {403}, refused
        allowed = client.permissions(("2001:db8::1", "2606:4700::1111", "fe00::1"))
        assert set(allowed.values()) == {0}, allowed

    if HAS_IPV6:
        as_shipped(case)
    else:
        print("     no IPv6 here: nothing was asked")


def it_takes_no_other_credentials():
    def case(server, turn):
        name, credential = turn["username"], turn["credential"]
        for false in ({"username": name, "credential": bent(credential)}, {"username": bent(name), "credential": credential},
                      {"username": "%d:1" % (time.time() - 60), "credential": credential}):
            assert Client(server.udp(), false).code == 401, false
        assert refusal(ask(server.udp(), ALLOCATE, UDP))[0] == 401, "without a name"

    as_shipped(case)


def over_tls_too():
    def case(server, turn):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it is made anew for each run
        with context.wrap_socket(socket.create_connection(("127.0.0.1", server.tls), timeout=10)) as sock:
            assert Client(sock, turn).code == 0

    as_shipped(case)


if __name__ == "__main__":
    sys.exit(run("coturn-sample", globals()))
