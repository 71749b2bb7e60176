#!/usr/bin/env python3
"""Addresses to download end at once, with every logic: by a recall, and when their reader or the owner of the file is erased (docs/media.md).
IM_PUBLIC, IM_RUN_DIR, IM_BIN and, where there is a second logic, IM_PUBLIC2 come from the environment."""
import json
import os
import subprocess
import sys
import uuid

import cluster
from media_client import PUBLIC, call, code, pair, upload

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

BASES = [PUBLIC] + [os.environ[name] for name in ("IM_PUBLIC2",) if name in os.environ]


def erase(uid):
    admin = "http://127.0.0.1:%d" % cluster.port("logic-1", "ops.port")
    done = subprocess.run([os.path.join(cluster.BIN, "imctl"), "--admin", admin, "user", "erase", str(uid), "--yes"], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done


def statuses(url):
    """What each logic answers there."""
    return {call("GET", base + url)[0] for base in BASES}


def scene():
    """(ann, who sent it; bob; the message; bob's address to it, which works)"""
    ann, bob, conv = pair()
    body = json.dumps({"media": upload(ann, conv, b"of ann " + uuid.uuid4().bytes)})
    sent = ann.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type="file", body=body)
    url = bob.ask("media.get", msg_id=sent["msg_id"])["urls"]["file"]
    assert statuses(url) == {200}
    return ann, bob, sent, url


def those_of_a_recalled_message():
    ann, bob, sent, url = scene()
    assert ann.ask("msg.recall", msg_id=sent["msg_id"])["ok"]
    assert statuses(url) == {404}
    assert code(bob.ask("media.get", msg_id=sent["msg_id"])) == 4404


def those_to_the_files_of_an_erased_user():
    ann, bob, sent, url = scene()
    erase(ann.uid)
    assert statuses(url) == {404}
    assert code(bob.ask("media.get", msg_id=sent["msg_id"])) == 4404


def those_of_an_erased_reader():
    """Their conversation of two is still there, and the other one still reads."""
    ann, bob, sent, url = scene()
    mine = ann.ask("media.get", msg_id=sent["msg_id"])["urls"]["file"]
    erase(bob.uid)
    assert statuses(url) == {403}
    assert statuses(mine) == {200}


if __name__ == "__main__":
    sys.exit(run("addresses of media end", globals()))
