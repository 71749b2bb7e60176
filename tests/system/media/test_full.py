#!/usr/bin/env python3
"""A full disk: logic runs with a small file system of its own in the place of media.dir (docs/media.md). IM_PUBLIC and IM_MEDIA_DIR come from
the environment. Where no mount namespace can be made, nothing is tested, and a line says so."""
import contextlib
import json
import os
import random
import re
import shlex
import subprocess
import sys
import threading
import uuid

import cluster
from media_client import PUBLIC, begin, call, code, offset, pair, put, upload
from pictures import png
from test_check import found
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from doors import Http  # noqa: E402
from runner_of_cases import run  # noqa: E402

FOLDER = os.environ["IM_MEDIA_DIR"]
RANDOM = random.Random(1)
SIZE, PART = 24 << 20, 4 << 20
MOUNT = "mount -t tmpfs -o size=%d tmpfs %s && exec \"$@\"" % (SIZE, shlex.quote(FOLDER))


def namespace():
    """How a program gets mounts of its own here; None: not at all."""
    for way in (("unshare", "--mount"), ("unshare", "--map-root-user", "--mount")):
        if subprocess.run([*way, "sh", "-c", MOUNT, "sh", "true"], capture_output=True).returncode == 0:
            return way
    return None


def smalldisk(way):
    """logic-1 with it, whose uploads leave no room; afterwards as it was."""
    enter = " ".join(map(shlex.quote, (*way, "sh", "-c", MOUNT, "sh")))
    return cluster.command("logic-1", lambda usual: "%s %s --media.keep_free=0\n" % (enter, usual.rstrip("\n")))


def seen():
    """The folder as logic sees it."""
    return "/proc/%d/root%s" % (cluster.pid("logic-1"), FOLDER)


def incoming():
    return sorted(os.listdir(os.path.join(seen(), "incoming")))


def stored():
    return [name for _, _, names in os.walk(os.path.join(seen(), "files")) for name in names]


def free():
    facts = os.statvfs(seen())
    return facts.f_bavail * facts.f_bsize


def send(door, conv, media_id, kind="file"):
    return door.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type=kind, body=json.dumps({"media": media_id}))


def recalled(door, sent):
    """There is room again; the disk goes with its bytes, so no row may stay."""
    assert sent["ok"], sent
    assert door.ask("msg.recall", msg_id=sent["msg_id"])["ok"]


def a_file_larger_than_the_disk():
    ann, _, conv = pair()
    data = RANDOM.randbytes(SIZE + PART)
    begun = begin(ann, conv, data)
    answer, at = begun, 0
    while answer["ok"]:
        at = answer["offset"]
        answer = put(begun, at, data[at:at + PART])
    assert code(answer) == 4503 and answer["retry_ms"] > 0, answer
    assert at <= offset(begun) <= SIZE, "what was answered is lost"
    assert cluster.metrics("logic-1")['im_logic_media_refused_total{reason="disk"}'] > 0
    assert code(send(ann, conv, begun["media_id"])) == 4404 and not stored()
    other, _, other_conv = pair()
    small = RANDOM.randbytes(100_000)
    assert code(put(begin(other, other_conv, small), 0, small)) == 4503
    eventually(lambda: not incoming(), "a file that did not fit stays", 240, 0.5)
    recalled(other, send(other, other_conv, upload(other, other_conv, small)))


def a_picture_with_no_room_for_the_new_one():
    ann, _, conv = pair()
    picture = png(500, 500, lambda x, y: RANDOM.randbytes(3))
    filler = RANDOM.randbytes(free() - len(picture) - 65536)
    full = begin(ann, conv, filler + b"and one that never comes")
    assert put(full, 0, filler)["ok"]
    begun = begin(ann, conv, picture, "a.png", "image/png")
    answer = put(begun, 0, picture)
    assert code(answer) == 4503, answer
    assert set(incoming()) <= {full["media_id"], begun["media_id"]}, "half a picture is left"
    assert code(send(ann, conv, begun["media_id"], "image")) == 4404
    os.unlink(os.path.join(seen(), "incoming", full["media_id"]))
    assert put(begun, len(picture), b"")["done"]
    recalled(ann, send(ann, conv, begun["media_id"], "image"))


@contextlib.contextmanager
def filled(name):
    path = os.path.join(seen(), name)
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        os.unlink(path)


def until_refused(ask):
    """What went well until the rows found no room; that is 4503, with a time."""
    good = []
    for number in range(2000):
        answer = ask(number)
        if not answer["ok"]:
            assert code(answer) == 4503 and answer["retry_ms"] > 0, answer
            return good
        good.append(answer)
    raise AssertionError("the disk is not full")


def messages_of(door, conv):
    rows, before = [], {}
    while page := door.ask("history", conv_id=conv, limit=100, **before)["messages"]:
        rows += page
        before = {"before_seq": min(row["seq"] for row in page)}
    return {row["msg_id"]: row for row in rows}


def rows_without_room():
    with cluster.command("logic-1", lambda usual: re.sub(r"store\.dsn=\S+", "store.dsn=sqlite:%s/im.db" % FOLDER, usual)):
        rows_beside_bytes(HOW)


def rows_beside_bytes(_):
    """Messages, uploads and recalls find the disk full: what was answered is there, what was not is not, and goes well when there is room."""
    ann, bob, conv = pair()
    data = RANDOM.randbytes(100_000)
    media_id = upload(ann, conv, data)
    body = json.dumps({"media": media_id, "caption": "a" * 4000})
    first = ann.ask("msg.send", conv_id=conv, client_msg_id="first", type="file", body=body)
    with filled("filler"):
        sent = until_refused(lambda i: ann.ask("msg.send", conv_id=conv, client_msg_id="c%d" % i, type="file", body=body))
        told = {first["msg_id"], *(answer["msg_id"] for answer in sent)}
        assert set(messages_of(bob, conv)) == told, "history has other messages than were answered"
        begun = begin(ann, conv, b"no room", "a" * 180)
        recall = ann.ask("msg.recall", msg_id=first["msg_id"])
        assert {code(begun), code(recall)} <= {0, 4503}, (begun, recall)
        if not recall["ok"]:
            assert call("GET", bob.ask("media.get", msg_id=first["msg_id"])["urls"]["file"])[2] == data
    again = ann.ask("msg.send", conv_id=conv, client_msg_id="c%d" % len(sent), type="file", body=body)
    assert again["ok"] and again["msg_id"] not in told, again
    upload(ann, conv, b"no room", "a" * 180)
    for msg_id in (*told, again["msg_id"]):
        answer = ann.ask("msg.recall", msg_id=msg_id)
        assert code(answer) in (0, 4409), answer
    eventually(lambda: media_id not in stored(), "what nobody names any more stays", 120, 0.5)
    eventually(lambda: not found(), "imctl media check finds something", 120, 0.5)


class Crowd:
    """Users who send, upload, and let others come, whatever is answered, until somebody stops them."""

    def __init__(self, size):
        self.codes, self.stop = set(), threading.Event()
        self.threads = [threading.Thread(target=self.live, args=pair()[::2]) for _ in range(size)]

    def live(self, door, conv):
        while not self.stop.is_set():
            data = RANDOM.randbytes(200_000)
            begun = begin(door, conv, data)
            answers = [begun, put(begun, 0, data[:-1])] if begun["ok"] else [begun]
            for _ in range(20):
                answers.append(door.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, body="a" * 4000))
            answers.append(Http(PUBLIC).ask("account.register", login="m" + uuid.uuid4().hex[:12], password="correct horse"))
            self.codes.update(map(code, answers))

    def end(self):
        self.stop.set()
        for one in self.threads:
            one.join()


def room_again_for_all():
    with cluster.command("logic-1", lambda usual: re.sub(r"store\.dsn=\S+", "store.dsn=sqlite:%s/im.db" % FOLDER, usual)):
        all_go_on_when_there_is_room(HOW)


def all_go_on_when_there_is_room(_):
    """Many write rows and bytes until both find the disk full, and go on asking. Then what is not finished goes for its time, and all of it
    works, for old and for new users, with the same logic."""
    number, old, crowd = cluster.pid("logic-1"), pair(), Crowd(8)
    for one in crowd.threads:
        one.start()
    try:
        eventually(lambda: 4503 in crowd.codes, "the disk is not full", 120)
        with filled("filler"):
            crowd.codes.clear()
            eventually(lambda: 4503 in crowd.codes, "nobody is refused", 60)
    finally:
        crowd.end()
    assert crowd.codes <= {0, 4413, 4429, 4503}, crowd.codes

    def goes_on(ann, _, conv):
        data = RANDOM.randbytes(100_000)
        return send(ann, conv, upload(ann, conv, data))["ok"]
    eventually(lambda: goes_on(*old), "an old user cannot go on", 240)  # a minute after the time of what is unfinished
    eventually(lambda: goes_on(*pair()), "a new user cannot begin", 60)
    assert cluster.pid("logic-1") == number and cluster.alive(number)


if __name__ == "__main__":
    HOW = namespace()
    if HOW is None:
        print("media on a full disk: not tested, there are no mount namespaces here")
        sys.exit(0)
    with smalldisk(HOW):
        RESULT = run("media on a full disk", globals())
    sys.exit(RESULT)
