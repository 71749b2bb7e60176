#!/usr/bin/env python3
"""Users see what they uploaded and take it away (docs/media.md "What a user uploaded"). IM_PUBLIC, IM_MEDIA_DIR and IM_BIN come from the
environment."""
import json
import os
import subprocess
import sys
import uuid

from media_client import PUBLIC, begin, call, offset, pair, put, upload, user
from stored import store

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

STORE = store()


def imctl(door, *words):
    done = subprocess.run([os.path.join(os.environ["IM_BIN"], "imctl"), "media", "--public", PUBLIC, *words], capture_output=True, text=True,
                          timeout=120, env={**os.environ, "IM_TOKEN": door.token})
    return done.returncode, done.stdout, done.stderr


def send(door, conv, media_id, kind="file"):
    answer = door.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type=kind, body=json.dumps({"media": media_id}))
    assert answer["ok"], answer
    return answer["msg_id"]


def address(door, msg_id):
    return door.ask("media.get", msg_id=msg_id)["urls"]["file"]


def imctl_lists_and_takes_away():
    ann, bob, conv = pair()
    data = os.urandom(5000)
    media_id = upload(ann, conv, data, "mine.bin")
    msg_id = send(ann, conv, media_id)
    url = address(bob, msg_id)
    assert call("GET", url)[::2] == (200, data) and media_id in STORE.names()
    code, said, _ = imctl(ann, "list")
    assert code == 0 and said.splitlines()[0] == "%s  5000  mine.bin" % media_id, said
    assert said.splitlines()[1].startswith("5000 of "), said
    assert imctl(bob, "list")[1].startswith("0 of "), "of nobody else"
    code, _, why = imctl(bob, "rm", media_id)
    assert code == 1 and "4404" in why and call("GET", url)[0] == 200, why
    code, said, why = imctl(ann, "rm", media_id)
    assert (code, said) == (0, media_id + " is gone\n"), why
    assert call("GET", url)[0] == 404, "the address of before"
    assert media_id not in STORE.names()
    got = bob.ask("media.get", msg_id=msg_id)
    assert got["code"] == 4404 and got["gone"], got
    rows = bob.ask("history", conv_id=conv)["messages"]
    assert [row for row in rows if media_id in row.get("body", "")], "the message stays"
    assert imctl(ann, "list")[1].startswith("0 of ")
    again = upload(ann, conv, data, "mine.bin")
    assert call("GET", address(bob, send(ann, conv, again)))[::2] == (200, data), "the same bytes come again"


def who_has_nobody_left_takes_files_away():
    """Who was put out of a group, and who was in one that is no more."""
    owner, member = user(), user()
    group = owner.ask("group.create", name="g", members=[member.uid])["conv_id"]
    theirs, left = (upload(member, group, os.urandom(500)) for _ in range(2))
    for media_id in (theirs, left):
        send(member, group, media_id)
    assert owner.ask("group.kick", conv_id=group, uid=member.uid)["ok"]
    assert member.ask("media.drop", media_id=theirs)["ok"]
    mine = upload(owner, group, os.urandom(500))
    send(owner, group, mine)
    assert owner.ask("group.dissolve", conv_id=group)["ok"]
    for door, media_id in ((owner, mine), (member, left)):
        assert [one["media_id"] for one in door.ask("media.list")["media"]] == [media_id]
        assert door.ask("media.drop", media_id=media_id)["ok"]
        assert door.ask("media.list")["bytes"] == 0


def pages_have_each_once():
    ann, _, conv = pair()
    ids = [upload(ann, conv, os.urandom(10)) for _ in range(5)]
    seen, after = [], {}
    while True:
        page = ann.ask("media.list", limit=2, **after)
        assert page["ok"] and len(page["media"]) <= 2, page
        seen += [one["media_id"] for one in page["media"]]
        if "next" not in page:
            break
        after = {"after": page["next"]}
    assert sorted(seen) == sorted(ids)
    for wrong in ({"after": "nothing"}, {"after": "1." + "A" * 32}, {"limit": 0}, {"limit": 101}):
        assert ann.ask("media.list", **wrong)["code"] == 4422, wrong
    for wrong in ("", "../" + ids[0], ids[0].upper()[:31], ids[0] + "0"):
        assert ann.ask("media.drop", media_id=wrong)["code"] == 4422, wrong


def an_upload_is_given_up():
    ann, _, conv = pair()
    data = os.urandom(3000)
    begun = begin(ann, conv, data)
    put(begun, 0, data[:1000])
    assert offset(begun) == 1000
    assert [(one["media_id"], one["done"]) for one in ann.ask("media.list")["media"]] == [(begun["media_id"], False)]
    assert ann.ask("media.drop", media_id=begun["media_id"])["ok"]
    assert call("HEAD", begun["upload"], headers={"Authorization": "Bearer " + begun["token"]})[0] == 404
    assert not ann.ask("media.list")["media"]
    assert begin(ann, conv, data)["offset"] == 0, "from the first byte"


if __name__ == "__main__":
    sys.exit(run("media of one's own", globals()))
