#!/usr/bin/env python3
"""`imctl store` beside a running cluster: a backup under load, a restore, and clients that read everything anew (docs/chat.md). IM_STORE is
the DSN; IM_TCP, IM_TCP2, IM_PUBLIC, IMCTL, IM_RUN_DIR, IM_BIN come from the environment."""
import json
import os
import re
import subprocess
import sys
import tempfile
import uuid

import cluster
from imctl_chat import IMCTL, Chat
from load import Load
from runner_of_cases import run

TCP, TCP2, DSN = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"]), os.environ["IM_STORE"]
FILES = tempfile.mkdtemp(prefix="im-backup-")


def imctl(*words, code=0):
    done = subprocess.run([IMCTL, "--json", *words], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "IM_STORE_DSN": DSN})
    assert done.returncode == code, (words, done)
    return json.loads(done.stdout or done.stderr)


def sound():
    report = imctl("store", "check")
    assert report["problems"] == [], report
    return report


def people_in_the_store():
    login = "s" + uuid.uuid4().hex[:12]
    ann, bob = Chat(login, TCP, "--register"), Chat("o" + login, TCP2, "--register")
    ann.type("/to %d \u202ered" % bob.uid)
    conv = ann.wait(event="answer", cmd="msg.send")["conv_id"]
    assert [int(user["uid"]) for user in imctl("user", login)] == [ann.uid]
    assert [int(one["conv_id"]) for one in imctl("conv", "--uid", str(ann.uid))] == [conv]
    assert sorted(int(one["uid"]) for one in imctl("conv", str(conv))) == sorted([ann.uid, bob.uid])
    assert [row["body"] for row in imctl("history", str(conv))] == ["\u202ered"]
    shown = subprocess.run([IMCTL, "history", "--dsn", DSN, str(conv)], capture_output=True, text=True, timeout=60).stdout
    assert "\\u{202e}red" in shown and "\u202e" not in shown, shown
    assert re.search(r"\b1 +message +text +%d +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ" % ann.uid, shown), shown
    imctl("user", "nobody" + login, code=1)
    assert (ann.end(), bob.end()) == ((0, ""), (0, ""))


def a_backup_under_load_is_sound():
    copy = os.path.join(FILES, "loaded")
    before = sound()["messages"]
    with Load(rate=200, users=20, conversations=10) as load:
        cluster.eventually(lambda: imctl("store", "check")["messages"] > before + 300, "no messages come", 60)
        imctl("store", "backup", copy)
        sound()
    assert load.wrong() == [], load.text()
    if DSN.startswith("sqlite:"):
        report = imctl("store", "check", "--dsn", "sqlite:" + copy)
        assert report["problems"] == [] and report["messages"] > before + 300, report
    assert imctl("store", "backup", copy, code=1)["error"].endswith("give another name")


def who_talks_over_a_restore_reads_everything_anew():
    login = "r" + uuid.uuid4().hex[:12]
    ann, bob = Chat(login, TCP, "--register"), Chat("o" + login, TCP2, "--register")
    ann.type("/to %d kept" % bob.uid)
    conv = bob.wait(event="row", body="kept")["conv_id"]
    epoch, copy = sound()["epoch"], os.path.join(FILES, "restored")
    imctl("store", "backup", copy)
    ann.type("/conv %d" % conv)
    ann.type("lost with the backup")
    bob.wait(event="row", body="lost with the backup")
    assert "stop" in imctl("store", "restore", copy, code=1)["error"]
    logics = cluster.names("logic")
    for name in logics:
        cluster.kill(name)
    assert imctl("store", "restore", copy)["epoch"] > epoch
    for name in logics:
        cluster.start(name)
    ann.type("after the restore")
    for chat in (ann, bob):
        chat.wait(event="reset")
        chat.wait(event="row", body="after the restore")
        last = [event for event in chat.events if event["event"] in ("reset", "row")]
        last = last[max(i for i, event in enumerate(last) if event["event"] == "reset") + 1:]
        assert [row["body"] for row in last] == ["kept", "after the restore"], last
        assert [row["seq"] for row in last] == [1, 2], last
    assert [row["body"] for row in imctl("history", str(conv))] == ["after the restore", "kept"]
    sound()
    assert (ann.end(), bob.end()) == ((0, ""), (0, ""))


if __name__ == "__main__":
    sys.exit(run("store of chat", globals()))
