#!/usr/bin/env python3
"""`imctl media check` and `gc` find what does not fit and take it away (docs/media.md). IM_PUBLIC, IM_MEDIA_DIR, IM_DB and for a bucket
IM_S3_DIR come from the environment."""
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import uuid

import cluster
from media_client import begin, call, pair, put, upload
from pictures import png
from stored import FOLDER, store
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

STORE = store()
LISTS = ("lost", "strays", "half_put", "miscounted", "odd")


def gc_says():
    admin = "http://127.0.0.1:%d" % cluster.port("logic-1", "ops.port")
    return subprocess.run([os.path.join(cluster.BIN, "imctl"), "--admin", admin, "media", "gc"], capture_output=True, text=True, timeout=300).stdout


def imctl(*words):
    admin = "http://127.0.0.1:%d" % cluster.port("logic-1", "ops.port")
    done = subprocess.run([os.path.join(cluster.BIN, "imctl"), "--json", "--admin", admin, "media", *words], capture_output=True, text=True,
                          timeout=300)
    assert done.returncode in (0, 5), (done.returncode, done.stderr)
    return done.returncode, json.loads(done.stdout)


def sql(text, *values):
    with sqlite3.connect(os.environ["IM_DB"], timeout=60) as db:
        return db.execute(text, values).fetchall()


def refs(media_id):
    return sql("SELECT refs, (SELECT COUNT(*) FROM media_refs WHERE media_id = id) FROM media WHERE id = ?", media_id)[0]


def sent(kind="file", data=None):
    """A medium that a message names; a picture has bytes three times."""
    ann, _, conv = pair()
    media_id = upload(ann, conv, data or os.urandom(1000))
    answer = ann.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type=kind, body=json.dumps({"media": media_id}))
    assert answer["ok"], answer
    return media_id, ann, answer["msg_id"], conv


def found():
    result, all_lists = imctl("check")
    wrong = {name: all_lists[name] for name in LISTS if all_lists[name]}
    assert (result == 5) == bool(wrong), (result, all_lists)
    return wrong


def mended(wrong):
    """Everything `wrong`, found three times by those who change nothing, and then no more."""
    assert found() == wrong, (found(), wrong)
    assert {name: imctl("gc", "--dry-run")[1][name] for name in wrong} == wrong
    assert found() == wrong, "--dry-run changed something"
    assert imctl("gc")[1]["mended"] > 0
    eventually(lambda: not found(), "gc leaves something", 120, 0.5)


def all_is_well():
    sent()
    sent("image", png(40, 30))
    eventually(lambda: not found(), "what others left is not swept", 180, 0.5)
    assert imctl("check")[1]["rows"] >= 2


def bytes_that_no_row_knows():
    stray = uuid.uuid4().hex
    STORE.put(stray, b"nobody's")
    scratch = os.path.join(FOLDER, "incoming", stray + ".picture.small")
    with open(scratch, "wb") as file:
        file.write(b"left by a crash")
    later = time.time() + 3600
    os.utime(scratch, (later, later))  # so that it is not swept while the slow store is looked at
    mended({"strays": sorted([stray, stray + ".picture.small"])})
    assert stray not in STORE.names() and not os.path.exists(scratch)


def what_is_no_file():
    """A link is not followed, and a pipe not waited for. In a bucket there is nothing but objects."""
    if not hasattr(STORE, "path"):
        return
    media_id, ann, msg_id, _ = sent()
    url = ann.ask("media.get", msg_id=msg_id)["urls"]["file"]
    pipe = uuid.uuid4().hex
    os.makedirs(os.path.dirname(STORE.path(pipe)), exist_ok=True)
    os.mkfifo(STORE.path(pipe))
    bound = uuid.uuid4().hex
    os.makedirs(os.path.dirname(STORE.path(bound)), exist_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:  # bound by a short name: there is a limit
        here = os.getcwd()
        os.chdir(os.path.dirname(STORE.path(bound)))
        listener.bind(bound)
        os.chdir(here)
    kept, away = STORE.path(media_id), os.path.join(FOLDER, "elsewhere")
    os.rename(kept, away)
    os.symlink(away, kept)
    odd = sorted("%s/%s" % (name[:2], name) for name in (pipe, bound, media_id))
    wrong = found()
    assert (sorted(wrong["odd"]), wrong["lost"]) == (odd, [media_id]), wrong
    assert call("GET", url)[0] == 404, "the link was followed"
    assert "\n0 mended, 4 left; " in gc_says()
    os.unlink(STORE.path(pipe))
    os.unlink(STORE.path(bound))
    os.rename(away, kept)
    assert call("GET", url)[0] == 200 and not found()


def rows_without_bytes():
    media_id, ann, msg_id, conv = sent("image", png(40, 30))
    STORE.remove(media_id + ".small")
    assert found() == {"lost": [media_id]}
    status, _, said = call("GET", ann.ask("media.get", msg_id=msg_id)["urls"]["small"])
    assert status == 404 and FOLDER not in said.decode(), (status, said)  # where the bytes lay is nobody's business
    said = gc_says()
    assert "\n0 mended, 1 left; " in said and "bytes are missing of medium %s, of user %d\n" % (media_id, ann.uid) in said, said
    assert found() == {"lost": [media_id]}, "a message names it"
    assert ann.ask("msg.recall", msg_id=msg_id)["ok"]
    eventually(lambda: not found(), "what is recalled is still lost", 180, 0.5)
    unnamed = upload(ann, conv, b"nobody sends me")
    STORE.remove(unnamed)
    assert found() == {"lost": [unnamed]}
    assert "\n0 mended, 1 left; " in gc_says(), "a store may not know yet what it has just taken"
    sql("UPDATE media SET drop_ms = drop_ms - 660000 WHERE id = ?", unnamed)
    mended({"lost": [unnamed]})
    eventually(lambda: sql("SELECT COUNT(*) FROM media WHERE id = ?", unnamed) == [(0,)], "the row is not swept", 180, 0.5)


def lost_bytes_are_sent_again():
    """By their owner: the messages that name them have them back."""
    data = png(400, 300)
    media_id, ann, msg_id, conv = sent("image", data)
    stored = {name: STORE.read(name) for name in STORE.names() if name.startswith(media_id)}
    assert len(stored) == 3, stored.keys()
    for lost in ([media_id + ".large"], sorted(stored)):
        for name in lost:
            STORE.remove(name)
        begun = begin(ann, conv, data)
        assert begun["ok"] and not begun["done"] and begun["media_id"] == media_id and begun["offset"] == 0, begun
        assert put(begun, 0, data[:100])["offset"] == 100
        assert found() == {"lost": [media_id]}, "what comes again is nobody's"
        assert put(begun, 100, data[100:])["done"]
        assert {name: STORE.read(name) for name in stored} == stored
        assert begin(ann, conv, data)["done"] and refs(media_id) == (1, 1)
    urls = ann.ask("media.get", msg_id=msg_id)["urls"]
    assert {name: call("GET", url)[0] for name, url in urls.items()} == {"file": 200, "small": 200, "large": 200}
    assert not found()


def what_a_crash_left_of_an_upload_is_no_medium():
    """gc takes the file of an upload that is over, and not the bytes of the same name."""
    media_id, ann, msg_id, _ = sent()
    left = os.path.join(FOLDER, "incoming", media_id)
    with open(left, "wb") as file:
        file.write(b"left by a crash")
    later = time.time() + 3600
    os.utime(left, (later, later))
    mended({"strays": [media_id]})
    assert not os.path.exists(left)
    assert call("GET", ann.ask("media.get", msg_id=msg_id)["urls"]["file"])[0] == 200


def messages_are_counted():
    """Sent twice, forwarded and recalled: the number is right all the time, and put right where it is not."""
    media_id, ann, first, conv = sent()
    assert refs(media_id) == (1, 1)
    again = ann.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type="file", body=json.dumps({"media": media_id}))
    forward = ann.ask("msg.forward", msg_id=first, conv_id=conv, client_msg_id=uuid.uuid4().hex)
    assert again["ok"] and forward["ok"], (again, forward)
    assert refs(media_id) == (3, 3)
    assert ann.ask("msg.recall", msg_id=first)["ok"]
    assert refs(media_id) == (2, 2)
    sql("UPDATE media SET refs = 7 WHERE id = ?", media_id)
    mended({"miscounted": [media_id]})
    assert refs(media_id) == (2, 2)
    sql("INSERT INTO media_refs (conv_id, seq, media_id) VALUES (?, 999999, ?)", conv, media_id)
    mended({"miscounted": [media_id]})
    assert refs(media_id) == (2, 2)


def parts_of_nobody():
    if not hasattr(STORE, "half_put"):
        return
    stray = uuid.uuid4().hex
    STORE.begin_half_put(stray)
    mended({"half_put": [stray]})
    assert STORE.half_put() == []


if __name__ == "__main__":
    sys.exit(run("media check", globals()))
