#!/usr/bin/env python3
"""imctl at a terminal, and how it ends. What the environment holds: imctl_program.py."""
import fcntl
import json
import os
import pty
import re
import select
import socket
import struct
import subprocess
import tempfile
import termios
import threading

from imctl_program import API, IMCTL, RUN_ID, TCP, Watch, imctl
from runner import run
from wait import eventually


class Terminal:
    """imctl at a terminal of 80 columns and 24 lines."""

    def __init__(self, *args, api=API):
        self.main, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen([IMCTL, "--api", api, *args], stdin=inside, stdout=inside, stderr=inside, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(inside)
        self.seen = b""

    def screen(self):
        """The last one that was drawn whole."""
        while select.select([self.main], [], [], 0)[0]:
            try:
                self.seen += os.read(self.main, 65536)
            except OSError:
                break
        whole = self.seen.decode().split("\x1b[H")[1:]
        return next((drawn for drawn in reversed(whole) if drawn.endswith("\x1b[J")), "").replace("\x1b[K", "")

    def key(self, key):
        os.write(self.main, key)
        code = self.process.wait(10)
        os.close(self.main)
        return code


def case_top_at_a_terminal_is_live():
    room = "live://seen" + RUN_ID
    one = Watch("--tcp", "127.0.0.1:" + TCP, "--room", room)
    terminal = Terminal("top", "--limit", "100", "--every", "200ms")
    eventually(lambda: re.search(r"^%s +1\r$" % room, terminal.screen(), re.M), "the room is not shown", 30)
    two = Watch("--tcp", "127.0.0.1:" + TCP, "--room", room)
    eventually(lambda: re.search(r"^%s +2\r$" % room, terminal.screen(), re.M), "its second member is not shown", 30)
    assert "every 200ms, Ctrl-C ends" in terminal.screen()
    one.stop(), two.stop()
    eventually(lambda: room not in terminal.screen(), "the empty room stays", 60)
    assert terminal.key(b"\x03") == 130
    assert Terminal("top", "--once").process.wait(10) == 0
    assert "100ms to 1h" in imctl("top", "--every", "1ms", code=2)


def case_top_goes_on_while_nobody_answers():
    """A proxy before the API that is closed meanwhile."""
    gate = socket.create_server(("127.0.0.1", 0))
    gate.settimeout(0.1)
    opened, over = threading.Event(), threading.Event()
    opened.set()
    body = json.dumps({"code": 0, "message": "", "data": {"conn_count": 7, "ip_count": 5}}).encode()

    def serve():
        while not over.is_set():
            try:
                connection, _ = gate.accept()
            except socket.timeout:
                continue
            with connection:
                if opened.is_set():
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))

    thread = threading.Thread(target=serve)
    thread.start()
    terminal = Terminal("top", "--every", "100ms", api="http://127.0.0.1:%d" % gate.getsockname()[1])
    eventually(lambda: "7 connections from 5 addresses" in terminal.screen(), "no figures")
    opened.clear()
    eventually(lambda: "s ago: cannot reach logic" in terminal.screen(), "nobody says that the figures are old")
    assert "7 connections from 5 addresses" in terminal.screen()
    opened.set()
    eventually(lambda: "Ctrl-C ends" in terminal.screen(), "it does not go on")
    assert terminal.key(b"\x03") == 130
    over.set()
    thread.join()
    gate.close()


def case_exit_codes():
    """5: checked, and not good; the others stand beside what they end."""
    with tempfile.TemporaryDirectory() as folder:
        keys, public = os.path.join(folder, "sign.json"), os.path.join(folder, "check.json")
        imctl("token", "key", "--keys", keys, "--public", public, "--kid", "one")
        good = imctl("token", "make", "--keys", keys, "--kid", "one", "--uid", "42").strip()
        assert imctl("token", "check", "--keys", public, good).startswith("good: user 42")
        assert "refused: " in imctl("token", "check", "--keys", public, good[:-2], code=5)
    assert "Exit codes: 0 ok, 1 failed, 2 usage, 3 bad configuration, 4 nobody answers, 5 checked and not good, 130" in imctl("--help")


run("imctl-live", {name[5:]: fn for name, fn in list(globals().items()) if name.startswith("case_")})
