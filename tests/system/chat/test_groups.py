#!/usr/bin/env python3
"""Groups and contacts from end to end, beyond the examples. As test_examples.py."""
import json
import os
import sys
import threading
import uuid

from device import Device, person, public
from doors import Http
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])


def group(owner, *members, **more):
    return owner.good("group.create", name="g" + uuid.uuid4().hex[:6], members=[one.uid for one in members], **more)["conv_id"]


def rows(device, conv):
    return device.good("sync", conv_id=conv)["messages"]


def every_change_is_a_row_that_members_hear():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    conv = group(ann, bob)
    changes = (("group.announce", {"text": "x"}), ("group.rename", {"name": "y"}), ("group.mute", {}), ("group.mute", {"on": False}),
               ("group.role", {"uid": bob.uid, "role": "admin"}), ("group.transfer", {"uid": bob.uid}))
    for seq, (cmd, fields) in enumerate(changes, start=2):
        assert ann.good(cmd, conv_id=conv, **fields)["seq"] == seq, cmd
        assert bob.event("msg.new", conv_id=conv, seq=seq)["type"] == "system"
    assert bob.good("group.dissolve", conv_id=conv)["seq"] == 8
    told = [json.loads(row["body"])["event"] for row in rows(ann, conv)]
    assert told == ["create", "announce", "rename", "mute_all", "mute_all", "role", "transfer", "dissolve"], told
    assert bob.code("msg.send", conv_id=conv, client_msg_id="x", body="x") == 4409
    assert ann.code("group.leave", conv_id=conv) == 0
    assert ann.code("sync", conv_id=conv) == 4404


def a_change_of_nothing_is_no_row():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    conv = group(ann, bob)
    assert "seq" not in ann.good("group.invite", conv_id=conv, uids=[bob.uid, 10**12])
    assert "seq" not in ann.good("group.mute", conv_id=conv, on=False)
    assert len(rows(bob, conv)) == 1


def who_comes_later_sees_what_the_group_allows():
    ann, bob, eve = Device(TCP, person()), Device(TCP2, person()), Device(TCP, person())
    for is_open in (False, True):
        conv = group(ann, join="free", history_open=is_open)
        ann.send("before", conv_id=conv)
        assert bob.good("group.join", conv_id=conv)["came"] == [bob.uid]
        assert ("before" in [row["body"] for row in rows(bob, conv)]) is is_open
    closed = group(ann, join="invite")
    for cmd in ("group.info", "group.join", "group.members"):
        hidden, nothing = eve.ask(cmd, conv_id=closed), eve.ask(cmd, conv_id=10**12)
        assert hidden == nothing and hidden["code"] == 4404, (cmd, hidden, nothing)


def who_is_kicked_hears_no_more_of_it():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    conv = group(ann, bob)
    ann.good("group.kick", conv_id=conv, uid=bob.uid)
    bob.event("group", event="kick", conv_id=conv)
    ann.send("among ourselves", conv_id=conv)
    ann.send("to you", to=bob.uid)
    bob.event("msg.new", body="to you")  # a message after the other one: that one is not under way
    assert not [event for event in bob.events if event.get("body") == "among ourselves"], bob.events
    assert bob.code("msg.send", conv_id=conv, client_msg_id="x", body="x") == 4404


def who_comes_and_goes_while_others_talk_hears_their_rows_only():
    """W23: what is told follows the order of the rows, not when it happens to leave."""
    ann, bob, eve = Device(TCP, person()), Device(TCP2, person()), Device(TCP2, person())
    conv = group(ann, eve)
    over, talking = threading.Event(), Http(public(), eve.token)

    def talk():
        while not over.is_set():
            assert talking.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, body="talk")["ok"]
    talker = threading.Thread(target=talk)
    talker.start()
    windows, told = [], []
    try:
        for _ in range(10):
            came = ann.good("group.invite", conv_id=conv, uids=[bob.uid])["seq"]
            told.append(bob.event("msg.new", conv_id=conv, body="talk"))
            windows.append(range(came, ann.good("group.kick", conv_id=conv, uid=bob.uid)["seq"]))
    finally:
        over.set()
        talker.join()
    ann.send("to you", to=bob.uid)
    bob.event("msg.new", body="to you")
    told += [event for event in bob.events if event["cmd"] == "msg.new" and event["conv_id"] == conv]
    foreign = [event["seq"] for event in told if not any(event["seq"] in window for window in windows)]
    assert not foreign, (foreign, windows)
    print("     rows heard=%d in windows=%d" % (len(told), len(windows)))


def the_sender_sees_that_a_message_has_come_to_a_device():
    login = person()
    ann, again, bob = Device(TCP, login), Device(TCP2, login), Device(TCP2, person())
    answer = ann.send("here?", to=bob.uid)
    conv, seq = answer["conv_id"], answer["seq"]
    assert answer["epoch"] == ann.good("sync", conv_id=conv)["epoch"], answer
    assert bob.good("delivered", conv_id=conv, seq=seq) == {"ok": True, "moved": True}
    for device in (ann, again):
        device.event("delivered", conv_id=conv, uid=bob.uid, seq=seq)
    tablet = Device(TCP, bob.login)
    assert Http(public(), tablet.token).ask("delivered", conv_id=conv, seq=seq)["moved"], "another device"
    tablet.send("the tablet has it too", to=ann.uid)
    ann.event("msg.new", body="the tablet has it too")
    assert ann.take("delivered", {}) is None, "once a user, not once a device"


def the_same_over_http():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    http = Http(public(), ann.token)
    conv = http.ask("group.create", name="over http", members=[bob.uid])["conv_id"]
    bob.event("group", event="create", conv_id=conv)
    assert http.ask("group.members", conv_id=conv)["members"][0]["role"] == "owner"
    assert http.ask("group.kick", conv_id=conv, uid=ann.uid)["code"] == 4403
    assert http.ask("contact.add", uid=bob.uid)["state"] == "asked"
    bob.event("contact", uid=ann.uid, state="asked_by")


def blocked_users_notice_nothing():
    ann, bob, eve = Device(TCP, person()), Device(TCP2, person()), Device(TCP, person())
    bob.good("contact.block", uid=eve.uid)
    conv = group(ann, bob)
    assert "came" not in eve.good("group.invite", conv_id=group(eve), uids=[bob.uid])
    assert eve.send("psst", to=bob.uid)["seq"] == 1
    ann.send("hello", conv_id=conv)
    bob.event("msg.new", body="hello")
    assert not [event for event in bob.events if event.get("sender") == eve.uid], bob.events
    talk = [line["conv_id"] for line in bob.good("sync.all")["conversations"] if line.get("peer") == eve.uid][0]
    assert [row.get("hidden") for row in rows(bob, talk)] == [True]
    # What was said before the block is theirs both; what Eve does to it now is hers.
    bob.good("contact.unblock", uid=eve.uid)
    said, mine = eve.send("before", conv_id=talk), bob.send("mine", conv_id=talk)
    bob.event("msg.new", body="before")
    bob.good("contact.block", uid=eve.uid)
    eve.good("msg.edit", msg_id=said["msg_id"], body="after")
    eve.good("msg.react", msg_id=mine["msg_id"], emoji="\U0001F44D")
    eve.good("typing", conv_id=talk)
    eve.good("read", conv_id=talk, seq=mine["seq"])
    eve.good("delivered", conv_id=talk, seq=mine["seq"])
    ann.send("a fence", conv_id=conv)
    bob.event("msg.new", body="a fence")
    noticed = [event for event in bob.events if event.get("sender") == eve.uid or event.get("uid") == eve.uid]
    assert not [event for event in noticed if event["cmd"] != "contact"], noticed
    assert [row.get("hidden") for row in rows(bob, talk)][-2:] == [True, True]
    assert [[row["body"] for row in rows(device, talk) if row["seq"] == said["seq"]] for device in (eve, bob)] == [["after"], ["before"]]


def unread_counts_of_three_are_their_own():
    ann, bob, eve = Device(TCP, person()), Device(TCP2, person()), Device(TCP, person())
    conv = group(ann, bob, eve)
    for device in (ann, bob, eve):
        device.good("read", conv_id=conv, seq=1)
    ann.send("1", conv_id=conv)
    bob.send("2", conv_id=conv)

    def unread(device):
        return [line["unread"] for line in device.good("sync.all")["conversations"] if line["conv_id"] == conv][0]
    assert [unread(device) for device in (ann, bob, eve)] == [1, 1, 2]
    assert eve.good("read", conv_id=conv, seq=3)["unread"] == 0


if __name__ == "__main__":
    sys.exit(run("groups and contacts", globals()))
