#!/usr/bin/env python3
"""What devices are told of STUN and TURN, and that a TURN server takes it: coturn is started here with the same secrets, when it is installed.
As test_calls.py; IM_TURN_SECRETS names logic's file."""
import base64
import hashlib
import hmac
import os
import shutil
import socket
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
    def __init__(self, secrets):
        self.folder, self.port = tempfile.mkdtemp(), freeport()
        path = os.path.join(self.folder, "conf")
        with open(path, "w") as file:
            lines = "\n".join("static-auth-secret=" + secret for secret in secrets)
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

    def stop(self):
        for process in (self.server, self.peer):
            process.kill()
            process.wait()
        self.log.close()
        shutil.rmtree(self.folder)


def ice_of(device, peer):
    call = device.invite(peer.uid)
    device.good("call.cancel", **device.party())
    return call["ice"]


def turn_of(ice):
    return [server for server in ice["iceServers"] if "username" in server][0]


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
        for name, credential in ((turn["username"], "x" + turn["credential"][1:]),
                                 ("1000:%d" % ann.uid, turn["credential"]), (turn["username"][:-1] + "9", turn["credential"])):
            assert not server.relays(name, credential)[0], name
    finally:
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
