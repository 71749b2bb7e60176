#!/usr/bin/env python3
"""`imctl group`, `imctl user erase` and what is kept for how long, on a running cluster with accounts on SQLite. IM_TCP, IM_TCP2, IM_PUBLIC,
IM_OPS, IM_STORE, IMCTL, IM_RUN_DIR come from the environment."""
import json
import os
import sqlite3
import subprocess
import sys

import cluster
from device import PASSWORD, Device, person, public
from doors import Http
from runner_of_cases import run

TCP, TCP2, STORE = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"]), os.environ["IM_STORE"]
DAY = 24 * 3600 * 1000


def imctl(*words, code=0):
    done = subprocess.run([os.environ["IMCTL"], "--json", "--admin", os.environ["IM_OPS"], *words], capture_output=True,
                          text=True, timeout=60, env={**os.environ, "IM_STORE_DSN": STORE})
    assert done.returncode == code, (words, done)
    return json.loads(done.stdout or done.stderr)


def db(text, *values):
    with sqlite3.connect(STORE.split(":", 1)[1], timeout=30) as connection:
        return connection.execute(text, values).fetchall()


def group_of(ann, *others):
    return ann.good("group.create", name="Operated", members=[one.uid for one in others])["conv_id"]


def operators_see_groups():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    conv = str(group_of(ann, bob))
    listed = imctl("group", "list", "--query", "Operated")["groups"]
    assert [one["owner"] for one in listed if str(one["conv_id"]) == conv] == [ann.uid], listed
    assert imctl("group", "list", "--query", "100%")["groups"] == []
    assert len(imctl("group", "list", "--limit", "1")["groups"]) == 1
    shown = imctl("group", "show", conv)
    assert (shown["name"], shown["members"], shown["dissolved"]) == ("Operated", 2, False), shown
    assert [one["role"] for one in imctl("group", "members", conv)["members"]] == ["owner", "member"]
    assert "no such group" in imctl("group", "show", "999999", code=1)["error"]


def members_hear_what_operators_do():
    ann, bob, eve = Device(TCP, person()), Device(TCP2, person()), Device(TCP, person())
    conv = group_of(ann, bob, eve)
    imctl("group", "rename", str(conv), "New \u540d")
    assert json.loads(bob.event("msg.new", conv_id=conv, seq=2)["body"])["text"] == "New \u540d"
    imctl("group", "mute", str(conv), str(bob.uid), "--for", "1h")
    assert bob.code("msg.send", conv_id=conv, client_msg_id="m", body="x") == 4403
    imctl("group", "mute", str(conv), str(bob.uid), "--off")
    bob.send("I may again", conv_id=conv)
    imctl("group", "mute", str(conv))
    assert bob.code("msg.send", conv_id=conv, client_msg_id="m", body="x") == 4403
    imctl("group", "remove", str(conv), str(eve.uid))
    eve.event("group", event="kick", conv_id=conv)
    assert eve.code("sync", conv_id=conv) == 4404
    assert "role" in imctl("group", "remove", str(conv), str(ann.uid), code=1)["error"]
    imctl("group", "dissolve", str(conv), code=2)
    imctl("group", "dissolve", str(conv), "--yes")
    assert ann.code("msg.send", conv_id=conv, client_msg_id="m", body="x") == 4409


def an_erased_user_is_nowhere():
    login = person()
    ann, bob = Device(TCP, login), Device(TCP2, person())
    said = ann.send("my address is 5 Hill Street", to=bob.uid)
    bob.send("noted", to=ann.uid)
    team = group_of(ann, bob)
    http = Http(public(), ann.token)
    imctl("user", "erase", str(ann.uid), code=2)
    done = imctl("user", "erase", str(ann.uid), "--yes")
    assert done == {"uid": ann.uid, "messages": 1, "groups": 1, "done": True}, done
    assert ann.client.closed_within(30)
    assert http.ask("sync", conv_id=said["conv_id"])["code"] == 4401
    assert Http(public()).ask("account.login", login=login, password=PASSWORD)["code"] == 4401
    rows = bob.good("sync", conv_id=said["conv_id"])["messages"]
    assert [(row["body"], row.get("recalled", False)) for row in rows] == [("", True), ("noted", False)], rows
    assert bob.good("group.info", conv_id=team)["owner"] == bob.uid
    assert bob.good("search", q="Hill Street")["messages"] == []
    assert not [table for table in ("credentials", "devices", "refresh_tokens") if db("SELECT 1 FROM %s WHERE uid = ?" % table, ann.uid)]
    assert imctl("user", "erase", str(ann.uid), "--yes")["messages"] == 0
    assert "no such user" in imctl("user", "erase", "999999", "--yes", code=1)["error"]
    assert imctl("store", "check")["problems"] == []


def old_rows_of_rooms_go_and_others_stay():
    """Rooms are kept a day here; what is older goes in the first round after the start."""
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    conv = ann.send("of two", to=bob.uid)["conv_id"]
    cluster.kill("logic-1")
    db("INSERT INTO conversations (conv_id, kind, room_key, last_seq, counted, created_ms) VALUES (77000, 3, 'old://1', 3, 3, 0)")
    [[now]] = db("SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)")
    for seq, days in ((1, 3), (2, 2), (3, 0)):
        db("INSERT INTO messages (conv_id, seq, kind, type, sender, body, ts, mentions, client_id, counted, address)"
           " VALUES (77000, ?, 1, 'text', ?, 'x', ?, '', '', ?, '')", seq, ann.uid, now - days * DAY, seq)
    db("UPDATE messages SET ts = ts - ? WHERE conv_id = ?", 9 * DAY, conv)
    cluster.start("logic-1")
    cluster.eventually(lambda: db("SELECT seq FROM messages WHERE conv_id = 77000") == [(3,)], "old rows stay", 60)
    assert db("SELECT seq FROM trimmed WHERE conv_id = 77000") == [(2,)]
    cluster.eventually(lambda: Http(public(), ann.token).ask("sync", conv_id=conv).get("messages"), "no sync", 60)
    page = Http(public(), ann.token).ask("sync", conv_id=conv)
    assert [row["body"] for row in page["messages"]] == ["of two"] and page["first_seq"] == 1, page
    assert imctl("store", "check")["problems"] == []


if __name__ == "__main__":
    sys.exit(run("operators and the chat", globals()))
