#!/usr/bin/env python3
"""A full disk: logic runs with a small file system of its own in the place of media.dir (docs/media.md). IM_PUBLIC and IM_MEDIA_DIR come from
the environment. Where no mount namespace can be made, nothing is tested, and a line says so."""
import contextlib
import json
import os
import random
import shlex
import subprocess
import sys
import uuid

import cluster
from media_client import begin, code, offset, pair, put, upload
from pictures import png
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
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


@contextlib.contextmanager
def smalldisk(way):
    """logic-1 with it; afterwards as it was."""
    path = os.path.join(cluster.RUN, "cmd", "logic-1")
    with open(path) as file:
        usual = file.read()
    cluster.kill("logic-1")
    with open(path, "w") as file:
        file.write(" ".join(shlex.quote(word) for word in (*way, "sh", "-c", MOUNT, "sh")) + " " + usual)
    try:
        cluster.start("logic-1")
        yield
    finally:
        with open(path, "w") as file:
            file.write(usual)
        if cluster.alive(cluster.pid("logic-1")):
            cluster.kill("logic-1")
        cluster.start("logic-1")


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
    assert code(send(ann, conv, begun["media_id"])) == 4404 and not stored()
    other, _, other_conv = pair()
    small = RANDOM.randbytes(100_000)
    assert code(put(begin(other, other_conv, small), 0, small)) == 4503
    eventually(lambda: not incoming(), "a file that did not fit stays", 180, 0.5)
    assert send(other, other_conv, upload(other, other_conv, small))["ok"], "there is room again"


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
    assert send(ann, conv, begun["media_id"], "image")["ok"]


if __name__ == "__main__":
    HOW = namespace()
    if HOW is None:
        print("media on a full disk: not tested, there are no mount namespaces here")
        sys.exit(0)
    with smalldisk(HOW):
        RESULT = run("media on a full disk", globals())
    sys.exit(RESULT)
