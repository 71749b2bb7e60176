#!/usr/bin/env python3
"""What admins do reaches clients: kicks, mutes, bans, removed messages, groups, pushes, a drained comet, all written into the log. IM_CONSOLE,
IM_TCP, IM_TCP2, IM_PUBLIC, IM_API come from the environment. The last case ends comet-2."""
import json
import os
import sys
import uuid

import cluster
from console import Session
from device import Device, person, public
from doors import Http
from goim_client import Closed
from runner_of_cases import run
from wait import eventually

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
admins = {}


def admin(role="admin"):
    if role not in admins:
        admins[role] = Session(role)
    return admins[role]


def closed(device):
    """The connection ends."""
    device.client.sock.settimeout(30)
    try:
        while True:
            _, op, _, got = device.client.receive()
            device.keep(op, got)
    except (Closed, ConnectionError):
        return True


def logged(action, **detail):
    """The newest row of that action."""
    rows = [row for row in admin().seen("log")["rows"] if row["action"] == action]
    assert rows, action
    asked = json.loads(rows[0]["detail"])
    assert all(asked.get(name) == value for name, value in detail.items()), (action, asked)
    return rows[0]


def nodes_rooms_and_figures_are_shown():
    nodes = admin("viewer").seen("nodes")["nodes"]
    assert {"comet-1", "comet-2", "logic-1", "router-1", "job-1"} <= {node["name"] for node in nodes}, nodes
    ann = Device(TCP, person())
    overview = admin("viewer").seen("overview")
    assert overview["sessions"] >= 1 and overview["nodes"]["comet"] == 2, overview
    figures = eventually(lambda: [one for one in admin("viewer").seen("figures")["nodes"] if one["name"] == "comet-1" and one["values"]], "no figures")
    assert figures[0]["values"]["connections"] >= 1 and "packets_in" in figures[0]["values"], figures
    assert set(admin("viewer").seen("figures")["queues"]) == {"outbox", "hooks"}
    job = [one for one in admin("viewer").seen("figures")["nodes"] if one["kind"] == "job"][0]["values"]
    assert "lag" in job and "unsettled" in job, job
    ann.client.send(12, b"admintest://7")  # goim's change of room
    assert eventually(lambda: admin("viewer").seen("rooms", type="admintest")["rooms"], "the room is not counted", 60) == [{"room": "admintest://7", "count": 1}]


def users_are_found_with_their_connections():
    login = person()
    ann = Device(TCP, login)
    for asked in (login, str(ann.uid), login[2:9]):
        found = [user for user in admin("viewer").seen("users", q=asked)["users"] if user["uid"] == ann.uid]
        assert found and found[0]["login"] == login and found[0]["kind"] == "account", (asked, found)
        assert [one["client_ip"] for one in found[0]["sessions"]] == ["127.0.0.1"], found
    user = admin("viewer").seen("user", uid=ann.uid)["users"][0]
    assert len(user["devices"]) == 2 and user["banned"] is False and user["muted_until_ms"] == 0, user
    newest = admin("viewer").seen("users")["users"]
    assert newest[0]["uid"] >= ann.uid and all(one["uid"] < newest[-1]["uid"] for one in admin("viewer").seen("users", before=newest[-1]["uid"])["users"])


def those_online_are_listed_page_by_page():
    here = [Device(port, person()) for port in (TCP, TCP2) for _ in range(30)]
    gone = Device(TCP, person())
    gone.client.close()
    eventually(lambda: not admin("viewer").seen("user", uid=gone.uid)["users"][0]["sessions"], "one who left has a session", 60)
    seen, after = [], 0
    while after is not None:
        page = admin("viewer").seen("online", after=after)
        assert len(page["users"]) <= 50 and page["complete"], page
        seen += page["users"]
        after = page.get("next")
        assert after is None or isinstance(after, str), page
    assert admin("viewer").seen("online", after=str(2**63 - 1))["complete"], "any number of a user may be gone on from"
    uids = [user["uid"] for user in seen]
    assert len(uids) == len(set(uids)) and {one.uid for one in here} <= set(uids) and gone.uid not in uids, uids
    assert all(user["sessions"] and user["name"] for user in seen if user["uid"] in {one.uid for one in here})


def who_is_kicked_is_disconnected_and_may_come_again():
    login = person()
    ann = Device(TCP2, login)
    assert admin("operator").good("user/kick", uid=ann.uid)["kicked"] == 1
    assert closed(ann)
    assert Device(TCP, login).uid == ann.uid
    row = logged("user/kick", uid=ann.uid)
    assert (row["login"], row["role"], row["outcome"], row["address"]) == ("operator", "operator", 200, "127.0.0.1"), row


def who_is_muted_writes_nowhere_until_it_is_over():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    conv = ann.good("group.create", name="g", members=[bob.uid])["conv_id"]
    sent = ann.send("before", to=bob.uid)["msg_id"]
    until = admin("operator").good("user/mute", uid=ann.uid, for_s=3600)["muted_until_ms"]
    assert admin("viewer").seen("user", uid=ann.uid)["users"][0]["muted_until_ms"] == until > 0
    direct = bob.event("msg.new", body="before")["conv_id"]
    assert ann.code("msg.send", to=bob.uid, client_msg_id="m1", body="x") == 4403
    assert ann.code("msg.send", conv_id=conv, client_msg_id="m2", body="x") == 4403
    assert ann.code("msg.edit", msg_id=sent, body="x") == 4403
    assert ann.ask("history", conv_id=direct)["ok"]
    assert bob.send("I may", conv_id=conv)["seq"] > 0
    assert admin("operator").good("user/mute", uid=ann.uid, for_s=0)["muted_until_ms"] == 0
    ann.send("again", to=bob.uid)
    assert admin("operator").post("user/mute", uid=2**52, for_s=60).status == 404


def who_is_banned_is_out_until_pardoned():
    login = person()
    ann = Device(TCP, login)
    assert admin().good("user/ban", uid=ann.uid)["kicked"] == 1
    assert closed(ann)
    refused = Http(public()).raw("account.login", json.dumps({"login": login, "password": "correct horse"}).encode())
    assert refused[0] in (401, 403), refused
    assert Http(public(), ann.token).raw("conv.list", b"{}")[0] == 401
    assert admin().seen("user", uid=ann.uid)["users"][0]["banned"] is True
    assert admin().good("user/pardon", uid=ann.uid)["pardoned"] is True
    assert Device(TCP, login).uid == ann.uid
    assert logged("user/ban", uid=ann.uid)["outcome"] == 200


def a_message_that_is_removed_is_recalled_for_those_connected():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    word = "needle" + uuid.uuid4().hex[:8]
    seq = ann.send("a %s in it" % word, to=bob.uid)["seq"]
    conv = bob.event("msg.new", seq=seq)["conv_id"]
    found = admin("operator").seen("messages", q=word)["messages"]
    assert [(one["conv"], one["seq"], one["sender"], one["removed"]) for one in found] == [(conv, seq, ann.uid, False)], found
    assert [one["seq"] for one in admin("operator").seen("messages", conv=conv)["messages"]] == [seq]
    assert [one["seq"] for one in admin("operator").seen("messages", **{"from": ann.uid})["messages"]] == [seq]
    admin("operator").good("message/remove", conv=conv, seq=seq)
    for device in (bob, ann):
        event = device.event("msg.changed", conv_id=conv, ref_seq=seq)
        assert event["kind"] == "recall", event
    assert [row.get("body", "") for row in bob.good("sync", conv_id=conv)["messages"] if row["seq"] == seq] == [""]
    assert admin("operator").seen("messages", q=word)["messages"] == []
    assert admin("operator").post("message/remove", conv=conv, seq=seq).status == 409
    assert admin("operator").post("message/remove", conv=conv, seq=99).status == 404


def groups_are_renamed_cleared_and_dissolved():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    name = "g" + uuid.uuid4().hex[:8]
    conv = ann.good("group.create", name=name, members=[bob.uid])["conv_id"]
    found = admin("viewer").seen("groups", q=name)["groups"]
    assert [(one["conv"], one["members"], one["owner"]) for one in found] == [(conv, 2, ann.uid)], found
    group = admin("viewer").seen("group", conv=conv)
    assert [(one["uid"], one["role"]) for one in group["members"]] == sorted([(ann.uid, "owner"), (bob.uid, "member")]), group
    admin("operator").good("group/rename", conv=conv, name=name + " anew")
    assert json.loads(bob.event("msg.new", conv_id=conv, type="system", seq=2)["body"])["event"] == "rename"
    assert admin("operator").post("group/remove", conv=conv, uid=ann.uid).status == 409
    admin("operator").good("group/remove", conv=conv, uid=bob.uid)
    bob.event("group", event="kick", conv_id=conv)
    assert bob.code("msg.send", conv_id=conv, client_msg_id="x", body="x") == 4404
    admin().good("group/dissolve", conv=conv)
    assert ann.code("msg.send", conv_id=conv, client_msg_id="x", body="x") == 4409
    assert admin().post("group/dissolve", conv=conv).status == 409


def pushes_arrive():
    ann = Device(TCP, person())
    ann.client.send(14, b"1000")  # goim's subscription to an op

    def receives(text):
        ann.client.sock.settimeout(30)
        while True:
            _, op, _, got = ann.client.receive()
            if op == 1000 and text in got:
                return True
            ann.keep(op, got)
    admin("operator").good("push", to="user", target=str(ann.uid), op=1000, body="to a user")
    assert receives(b"to a user")
    ann.client.send(12, b"pushed://1")
    eventually(lambda: admin("viewer").seen("rooms", type="pushed")["rooms"], "the room is not counted", 60)
    admin("operator").good("push", to="room", target="pushed://1", op=1000, body="to a room")
    assert receives(b"to a room")
    admin().good("push/all", op=1000, body="to all")
    assert receives(b"to all")
    for bad in ({"to": "user", "target": "x"}, {"to": "room", "target": "nowhere"}, {"to": "moon", "target": "1"}):
        assert admin("operator").post("push", op=1000, body="x", **bad).status == 400, bad


def a_drained_comet_sends_its_clients_elsewhere_and_ends():
    ann = Device(TCP2, person())
    number = cluster.pid("comet-2")
    assert admin().good("comet/drain", name="comet-2")["draining"] is True
    assert closed(ann)
    eventually(lambda: not cluster.alive(number), "the comet does not end", 60)
    eventually(lambda: "comet-2" not in [node["name"] for node in admin().seen("nodes")["nodes"]], "it stays in the list", 60)
    assert logged("comet/drain", name="comet-2")["outcome"] == 200
    assert admin().post("comet/drain", name="comet-2").status == 404


if __name__ == "__main__":
    sys.exit(run("admin page: deeds", globals()))
