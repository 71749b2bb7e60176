#!/usr/bin/env python3
"""Whom pictures and slow senders keep waiting: nobody else. What a picture loses when its program is ended, or its logic: nothing (docs/media.md).
IM_PUBLIC and IM_MEDIA_DIR come from the environment."""
import contextlib
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import uuid
import zlib

import cluster
from media_client import HOST, begin, bearer, call, code, offset, pair, put, upload
from pictures import png, png_of
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

FOLDER = os.environ["IM_MEDIA_DIR"]
SIDE = os.path.join(FOLDER, os.pardir, "painters")
PAINTERS = 2    # of a logic
MANY = 24       # more than the threads that answer readers
SLOW = 500
OF_ONE = 20     # unfinished uploads of a user
SHARE, MANY_OF_ONE = 8, 14


@contextlib.contextmanager
def painter(script):
    """im-picture with something before it: `script` is run by sh, in a folder that is empty at first. `needed` fails when logic has ended: then
    nobody waits for the picture any more."""
    os.makedirs(SIDE, exist_ok=True)
    for name in os.listdir(SIDE):
        os.unlink(os.path.join(SIDE, name))
    path = os.path.join(FOLDER, os.pardir, "painter.sh")
    with open(path, "w") as file:
        file.write("#!/bin/sh\nneeded() { kill -0 $PPID 2>/dev/null; }\ncd %s\n%s\nexec %s \"$@\"\n" % (
            shlex.quote(os.path.abspath(SIDE)), script, os.path.join(cluster.BIN, "im-picture")))
    os.chmod(path, 0o755)
    with cluster.command("logic-1", lambda usual: usual.rstrip("\n") + " --media.picture_program=" + shlex.quote(os.path.abspath(path)) + "\n"):
        yield
    eventually(lambda: not running(os.path.abspath(path)), "a script outlives its logic", 30)


def running(path):
    """Whatever has this file among its words."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open("/proc/%s/cmdline" % number, "rb") as file:
            words = file.read().split(b"\0")
            if any(os.path.abspath(os.fsdecode(word)) == path for word in words if word.startswith(b"/")):
                found.append(number)
    return found


def touch(name):
    with open(os.path.join(SIDE, name), "w"):
        pass


class Sent:
    """A picture under way in a thread of its own."""

    def __init__(self, number, sender=None):
        self.ann, _, self.conv = sender or pair()
        self.data = png(20 + number, 10)
        self.begun = begin(self.ann, self.conv, self.data, "a.png", "image/png")
        assert self.begun["ok"], self.begun
        self.answer = None
        self.thread = threading.Thread(target=self.send)
        self.thread.start()

    def send(self):
        self.answer = put(self.begun, 0, self.data)

    def done(self):
        """By its own answer, or by another try: the server waits for a minute at most."""
        self.thread.join()
        if self.answer["ok"]:
            return self.answer["done"]
        assert self.answer["code"] in (4429, 4503, 4409) and offset(self.begun) == len(self.data), self.answer
        self.answer = put(self.begun, len(self.data), b"")
        return self.answer["ok"] and self.answer["done"]


def send(door, conv, media_id):
    return door.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type="file", body=json.dumps({"media": media_id}))


def neighbours_are_well():
    ann, bob, conv = pair()
    data = os.urandom(50_000)
    sent = send(ann, conv, upload(ann, conv, data))
    assert sent["ok"], sent
    assert call("GET", bob.ask("media.get", msg_id=sent["msg_id"])["urls"]["file"], timeout=30)[2] == data


def pictures_keep_nobody_waiting():
    with painter("touch begun.$$\nwhile [ ! -e go ] && needed; do sleep 0.05; done"):
        sent = [Sent(number) for number in range(MANY)]
        eventually(lambda: len(os.listdir(SIDE)) >= PAINTERS, "no picture is begun")
        neighbours_are_well()
        assert all(one.answer is None for one in sent), "the pictures were to wait"
        assert len(os.listdir(SIDE)) == PAINTERS, "more at once than said"
        touch("go")
        for one in sent:
            eventually(one.done, "a picture is not made: %s" % one.answer)


def finished(many):
    return sum(one.answer is not None and one.answer["ok"] for one in many)


def programs():
    """The numbers of the programs, in the order in which they began."""
    names = [name for name in os.listdir(SIDE) if name.startswith("begun.")]
    return [name[6:] for name in sorted(names, key=lambda name: os.stat(os.path.join(SIDE, name)).st_mtime_ns)]


def slow_pictures_of_one_keep_others_for_one_of_them():
    """Programs wait for a token each, and the oldest one gets it. 4429: the share of one sender."""
    with painter("touch begun.$$\nuntil [ -e go ] || [ -e token.$$ ] || ! needed; do sleep 0.05; done"):
        sender = pair()
        many = [Sent(number, sender) for number in range(MANY_OF_ONE)]
        eventually(lambda: sum(one.answer is not None for one in many) == MANY_OF_ONE - SHARE, "not so many are refused")
        refused = [one.answer for one in many if one.answer]
        assert all(code(answer) == 4429 and answer["retry_ms"] > 0 for answer in refused), refused
        eventually(lambda: len(programs()) == PAINTERS, "no picture is begun")
        other = Sent(100)
        eventually(lambda: offset(other.begun) == len(other.data), "it does not come")
        for number in range(SHARE):
            if other.answer is None:
                eventually(lambda least=number + 1: len(programs()) >= least, "nobody's turn comes")
                touch("token." + programs()[number])
                eventually(lambda done=number + 1: finished(many + [other]) == done, "a token makes no picture")
        assert other.answer and other.answer["done"], other.answer
        # Those that were in work, and one whose turn had come.
        assert finished(many) <= PAINTERS + 1, "another one waits for %d of them" % finished(many)
        touch("go")
        for one in many:
            eventually(one.done, "a picture is not made: %s" % one.answer)


def a_picture_whose_program_is_ended_is_not_lost():
    for signal in ("KILL", "TERM"):
        with painter("[ -e well ] || kill -%s $$" % signal):
            ann, _, conv = pair()
            data = png(30, 20)
            begun = begin(ann, conv, data, "a.png", "image/png")
            answer = put(begun, 0, data)
            assert code(answer) == 4503 and answer["retry_ms"] > 0, answer
            assert offset(begun) == len(data)
            assert code(send(ann, conv, begun["media_id"])) == 4404
            assert cluster.metrics("logic-1")['im_logic_media_refused_total{reason="disk"}'] == 1
            touch("well")
            assert put(begun, len(data), b"")["done"]
            assert send(ann, conv, begun["media_id"])["ok"]


def scripts_end_with_their_logic():
    """The test of these tests: what waits when its logic is killed does not stay."""
    with painter("touch begun.$$\nwhile [ ! -e go ] && needed; do sleep 0.05; done"):
        ann, _, conv = pair()
        data = png(32, 20)
        thread = threading.Thread(target=cut, args=(begin(ann, conv, data, "a.png", "image/png"), data))
        thread.start()
        eventually(lambda: os.listdir(SIDE), "no picture is begun")
        cluster.kill("logic-1")
        thread.join()


def imctl_finishes_what_failed_at_first():
    with painter("[ -e seen ] || { touch seen; kill -KILL $$; }"):
        ann, _, conv = pair()
        path = os.path.join(SIDE, "a.png")
        with open(path, "wb") as file:
            file.write(png(31, 20))
        done = subprocess.run([os.path.join(cluster.BIN, "imctl"), "media", "put", path, "--conv", str(conv)], capture_output=True, text=True,
                              timeout=120, env={**os.environ, "IM_TOKEN": ann.token})
        assert done.returncode == 0, done.stderr
        assert send(ann, conv, done.stdout.strip())["ok"], "imctl says a file is there that is not"


def painters_of(parent):
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % number) as file:
                name, rest = file.read().split("(", 1)[1].rsplit(")", 1)
            if name == "im-picture" and parent in (None, int(rest.split()[1])):
                found.append(int(number))
        except OSError:
            pass
    return found


def a_picture_survives_its_logic():
    ann, _, conv = pair()
    data = png_of(6000, 6000, zlib.compress(bytes(6000 * (6000 * 3 + 1))))
    begun = begin(ann, conv, data, "a.png", "image/png")
    thread = threading.Thread(target=cut, args=(begun, data))
    thread.start()
    logic = cluster.pid("logic-1")
    made = eventually(lambda: painters_of(logic), "no picture is begun", 60, 0.01)
    cluster.kill("logic-1")
    eventually(lambda: not any(map(cluster.alive, made)), "a program outlives its logic", 30, 0.02)
    thread.join()
    cluster.start("logic-1")
    assert offset(begun) == len(data)
    eventually(lambda: put(begun, len(data), b"").get("done"), "the upload cannot be finished")
    assert not [name for name in os.listdir(os.path.join(FOLDER, "incoming")) if name.startswith(begun["media_id"])]


def cut(begun, data):
    with contextlib.suppress(Exception):  # its logic dies
        put(begun, 0, data)


class Slow:
    """A PUT that says its head and one byte, and then nothing."""

    def __init__(self, begun):
        self.begun = begun
        self.connection = socket.create_connection(tuple(HOST.split(":")), timeout=60)
        self.connection.sendall(("PUT %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Range: bytes 0-%d/%d\r\nContent-Length: %d\r\n\r\nx" % (
            begun["upload"], HOST, bearer(begun)["Authorization"], begun["size"] - 1, begun["size"], begun["size"])).encode())

    def status(self):
        """Of the answer, which comes when the server has waited long enough."""
        got = b""
        while piece := self.connection.recv(4096):
            got += piece
        self.connection.close()
        return int(got.split()[1])


def slow_senders_keep_nobody_waiting():
    slow = []
    while len(slow) < SLOW:
        ann, _, conv = pair()
        slow += [Slow(begin(ann, conv, os.urandom(1000))) for _ in range(OF_ONE)]
    neighbours_are_well()
    statuses = {one.status() for one in slow}
    assert statuses == {408}, statuses
    assert {offset(one.begun) for one in slow} == {1}, "what came is kept"
    neighbours_are_well()


def main():
    """No upload goes for its time while all this is slow."""
    with cluster.command("logic-1", lambda usual: re.sub(r"unfinished_ttl=\w+", "unfinished_ttl=30m", usual)):
        return run("media neighbours", globals())


if __name__ == "__main__":
    sys.exit(main())
