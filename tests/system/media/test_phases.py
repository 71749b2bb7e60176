#!/usr/bin/env python3
"""A medium from its beginning to its end, with logic killed or the disk full in one phase of it (docs/media.md). What was answered stays, what
was not is not served, and nothing of it is left. IM_PUBLIC, IM_MEDIA_DIR and IM_DB come from the environment."""
import contextlib
import hashlib
import http.client
import json
import os
import re
import shlex
import sys
import traceback
import urllib.error
import uuid

import cluster
from media_client import bearer, begin, call, code, pair, put
from pictures import png
from sample import sampled
from stored import FOLDER, incoming
from test_check import STORE, found, imctl, sql
from wait import eventually

TTL = "20s"
PART = 100_000
BUSY, AWAY = 4409, 4503
LATER = (BUSY, AWAY)    # 4409: the request of before is not over
LOST = (OSError, urllib.error.URLError, http.client.HTTPException)

# Point, which time, what is sent, and whether the disk can be full there. Where logic stands when it is killed:
PHASES = (
    ("media.add", 1, "file", True),         # the row is there, the file is not
    ("media.append", 2, "file", True),      # in the middle of the bytes
    ("media.sync", 2, "file", True),
    ("media.complete", 1, "file", False),   # all bytes are there, and nothing was answered
    ("media.paint", 1, "image", False),     # the picture program works
    ("media.painted", 1, "image", False),   # its pictures are there, none is in the store
    ("media.painted", 3, "image", False),   # two are
    ("media.put", 1, "file", True),
    ("media.put", 3, "image", True),
    ("media.ready", 1, "file", False),      # before the row is committed
    ("media.finished", 1, "file", False),   # after it, and nothing was answered
    ("media.finished", 1, "image", False),
    ("media.dropped", 1, "wrong", False),   # the row of other bytes than announced is gone, the bytes are not
    ("media.attach", 1, "file", False),     # before the message is committed
    ("media.sent", 1, "image", False),      # after it
    ("media.detach", 1, "file", False),     # before the recall is committed
    ("media.recalled", 1, "image", False),
    ("media.remove", 1, "file", True),      # bytes go
    ("media.remove", 3, "image", True),
    ("media.forget", 1, "image", False),    # they are gone, the row is not
    ("media.mend", 1, "stray", False),      # imctl media gc is at work
    ("media.mend", 2, "stray", False))
UPLOAD = ("add", "append", "sync", "complete", "paint", "painted", "put", "ready", "finished")
ROWS = [(point, nth, what, action) for point, nth, what, fills in PHASES for action in ("kill", *(("skip",) if fills else ()))]
PLAIN, PLAIN_LEFT = 6, 3


class Logic:
    """logic-1 with fault points."""

    def __init__(self):
        self.path = os.path.join(cluster.RUN, "cmd", "logic-1")
        with open(self.path) as file:
            self.usual = file.read()
        self.deaths = self.hits(" hit: kill$")

    def start(self, fault=""):
        cluster.end("logic-1")
        self.deaths = self.hits(" hit: kill$")
        with open(self.path, "w") as file:
            file.write(("env FAULT=%s " % fault if fault else "") + self.usual)
        cluster.start("logic-1")

    def revive(self):
        """It writes that it dies before a connection is reset, and may look alive for a while after that."""
        lives = cluster.alive(cluster.pid("logic-1"))
        if self.hits(" hit: kill$") == self.deaths:
            assert lives, "logic ended, and not by its plan"
            return
        cluster.dead("logic-1")
        self.start()

    def hits(self, how=""):
        with open(os.path.join(cluster.RUN, "log", "logic-1.log"), errors="replace") as file:
            return len(re.findall("^fault point .*" + how, file.read(), re.M))


def heard(ask):
    """What came, or None: the connection was lost."""
    try:
        return ask()
    except LOST:
        return None


def answered(ask, later=LATER):
    """The answer, or None: logic died, or said "later"."""
    answer = heard(ask)
    if answer is None or answer["ok"] or answer["code"] not in later:
        return answer
    assert answer["code"] == BUSY or answer["retry_ms"] > 0, answer
    return None


class Story:
    """What a client does with one medium, and what it must see."""
    part = PART

    def __init__(self, logic, what):
        self.logic, self.what = logic, what
        self.ann, self.bob, self.conv = pair()
        self.data = png(1400, 60) if what == "image" else os.urandom(3 * PART)
        self.client_id = uuid.uuid4().hex
        self.known = 0

    def insist(self, ask, hear=answered):
        """Every ask goes this way: whatever logic does meanwhile, its death may come between any two of them."""
        def once():
            answer = hear(ask)
            self.logic.revive()
            return answer
        return eventually(once, "no answer", 60)

    def look(self, url):
        return self.insist(lambda: call("GET", url), heard)

    def begin(self):
        digest = hashlib.sha256(b"others" if self.what == "wrong" else self.data).hexdigest()
        return begin(self.ann, self.conv, self.data, "a.png", sha256=digest)

    def send(self):
        kind = "image" if self.what == "image" else "file"
        return self.ann.ask("msg.send", conv_id=self.conv, client_msg_id=self.client_id, type=kind, body=json.dumps({"media": self.begun["media_id"]}))

    def try_part(self):
        """The next part, by a client that knows nothing but its file; its answer, or None."""
        at = self.progress()["offset"]
        assert at >= self.known, "bytes that were answered are lost"
        if at < len(self.data):
            assert code(self.insist(self.send)) == 4404, "half a file is served"
        answer = answered(lambda: self.put(at))
        if answer and answer["ok"]:
            self.known = answer["offset"]
        return answer

    def put(self, at):
        """Bytes that a disk has not kept are said to be lost, with all before them."""
        answer = put(self.begun, at, self.data[at:at + self.part])
        if answer.get("code") == AWAY and "offset" in answer:
            self.known = answer["offset"]
        return answer

    def progress(self):
        return self.insist(lambda: json.loads(call("GET", self.begun["upload"], headers=bearer(self.begun))[2]))

    def up(self):
        self.begun = self.insist(self.begin)
        while True:
            answer = self.try_part()
            self.logic.revive()
            if answer and (not answer["ok"] or answer["done"]):
                return answer
            if self.what == "wrong":
                continue
            again = self.insist(self.begin)
            assert again["media_id"] == self.begun["media_id"], "the client begins anew"
            if again["done"]:
                return again

    def read(self, msg_id):
        urls = self.insist(lambda: self.bob.ask("media.get", msg_id=msg_id))["urls"]
        for name, url in urls.items():
            status, headers, body = self.look(url)
            assert status == 200 and len(body) == int(headers["content-length"]) > 0, (name, status)
            assert self.what == "image" or body == self.data, "other bytes are served"
        rows = self.insist(lambda: self.bob.ask("history", conv_id=self.conv))["messages"]
        assert [row["msg_id"] for row in rows] == [msg_id], rows
        return urls

    def recall(self, msg_id):
        """One without an answer may have been done: only then it cannot be done again."""
        unanswered = []

        def hear(ask):
            answer = answered(ask, (AWAY,))
            if answer is None:
                unanswered.append(ask)
            return answer
        answer = self.insist(lambda: self.ann.ask("msg.recall", msg_id=msg_id), hear)
        assert answer["ok"] or (unanswered and answer["code"] == 4409), answer

    def gone(self):
        self.logic.revive()
        return not left_of(self.begun["media_id"])

    def tell(self):
        if self.what == "stray":
            return self.tell_of_strays()
        answer = self.up()
        if self.what == "wrong":
            assert code(answer) in (4422, 4404), answer
        else:
            assert answer["done"], answer
            msg_id = self.insist(self.send)["msg_id"]
            urls = self.read(msg_id)
            self.recall(msg_id)
            assert {self.look(url)[0] for url in urls.values()} == {404}
        eventually(self.gone, "something is left: %s" % left_of(self.begun["media_id"]), 120, 0.3)

    def tell_of_strays(self):
        names = [uuid.uuid4().hex for _ in range(3)]
        for name in names:
            STORE.put(name, b"nobody's")
        with contextlib.suppress(AssertionError):  # logic dies
            imctl("gc")
        self.logic.revive()
        imctl("gc")
        assert not set(names) & set(STORE.names())


def left_of(media_id):
    names = [name for name in STORE.names() + incoming() if name.startswith(media_id)]
    return names + sql("SELECT id, state FROM media WHERE id = ?", media_id)


@contextlib.contextmanager
def planted(logic, row):
    """Logic fails in this phase, once, and is well afterwards."""
    point, nth, _, action = row
    hits = logic.hits()
    logic.start("%s:%s:%d" % (point, action, nth))
    try:
        yield
        assert logic.hits() == hits + 1, "the point was not reached"
    finally:
        logic.start()


def goes_on(logic, row):
    with planted(logic, row):
        Story(logic, row[2]).tell()
    eventually(lambda: not found(), "imctl media check finds something", 120, 0.5)


def gives_up(logic, row):
    """The client is not seen again. The ids of what it sent."""
    with planted(logic, row):
        story = Story(logic, row[2])
        story.begun = answered(story.begin)
        while story.begun and (answer := answered(lambda: put(story.begun, story.known, story.data[story.known:story.known + PART]))):
            story.known = answer["offset"]
    return [media_id for media_id, in sql("SELECT id FROM media WHERE owner = ?", story.ann.uid)]


def name_of(row):
    return "%s:%d:%s:%s" % row


def cases(logic):
    """(title, function): what is judged by itself, and then whatever was left lying about."""
    left = []
    rows = [row for row in ROWS if name_of(row) in sys.argv] or ROWS
    for row in sampled("phases", rows, PLAIN, name_of):
        yield name_of(row), lambda row=row: goes_on(logic, row)
    for row in sampled("phases, and the client gives up", [row for row in rows if row[0].split(".")[1] in UPLOAD], PLAIN_LEFT, name_of):
        yield name_of(row) + ", and the client gives up", lambda row=row: left.extend(gives_up(logic, row))

    def nothing_is_left():
        eventually(lambda: not any(map(left_of, left)), "something is left: %s" % left, 180, 0.5)
        assert not found()
    yield "nothing is left", nothing_is_left


def edited(usual):
    """The build with fault points; what nobody names goes soon, too."""
    words = shlex.split(re.sub(r"unfinished_ttl=\w+", "unfinished_ttl=" + TTL, usual))
    words[0] = os.path.join(cluster.BIN, "..", "tests", "logic-faults")
    words += ["--media.unused_ttl=" + TTL, "--media.picture_program=" + os.path.join(cluster.BIN, "im-picture")]
    return " ".join(map(shlex.quote, words)) + " "


def main():
    count = failed = 0
    with cluster.command("logic-1", edited):
        for name, case in cases(Logic()):
            count += 1
            try:
                case()
                print("ok   %s" % name, flush=True)
            except Exception:  # one case must not hide the others
                failed += 1
                print("FAIL %s" % name)
                traceback.print_exc()
    print("media in phases: cases=%d failed=%d" % (count, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
