#!/usr/bin/env python3
"""Groups above store.room_above (here 4) go through a room of the comets: over two comets, over the number and back, members who come and go,
a comet that dies. IM_TCP, IM_TCP2, IM_WS, IM_PUBLIC, IM_OPS, IM_STORE, IM_RUN_DIR come from the environment."""
import json
import os
import sqlite3
import sys
import time
import urllib.parse
import urllib.request

import cluster
from device import Device, person
from goim_client import WsClient
from runner_of_cases import run

TCP, TCP2, WS = (int(os.environ[name]) for name in ("IM_TCP", "IM_TCP2", "IM_WS"))
OPEN, CLOSED = 2, 3


def connections_in(conv):
    with urllib.request.urlopen(os.environ["IM_OPS"] + "/admin/v1/room?id=" + urllib.parse.quote("conv://%d" % conv), timeout=10) as reply:
        return json.load(reply)["count"]


def state_of(conv):
    with sqlite3.connect(os.environ["IM_STORE"].split(":", 1)[1], timeout=30) as db:
        rows = db.execute("SELECT state FROM group_rooms WHERE conv_id = ?", (conv,)).fetchall()
    return rows[0][0] if rows else 0


class Group:
    """Six members on two comets, whose room is open."""

    def __init__(self, count=6):
        self.devices = [Device((TCP, TCP2)[i % 2], person()) for i in range(count)]
        self.owner = self.devices[0]
        self.conv = self.owner.good("group.create", name="large", members=[one.uid for one in self.devices[1:]])["conv_id"]
        self.until_open(count)

    def until_open(self, count):
        end = time.monotonic() + 60
        while state_of(self.conv) != OPEN or connections_in(self.conv) != count:
            assert time.monotonic() < end, (state_of(self.conv), connections_in(self.conv), count)
            self.say()  # a row finds the group large
            time.sleep(0.2)

    def say(self, who=None):
        return (who or self.owner).send("row", conv_id=self.conv)["seq"]

    def heard(self, device, seq):
        device.event("msg.new", conv_id=self.conv, seq=seq)

    def silent(self, device, seq, by):
        """`device` gets a row of another conversation that was sent later, and not this one."""
        by.send("to you", to=device.uid)
        device.event("msg.new", body="to you")
        assert device.take("msg.new", {"conv_id": self.conv, "seq": seq}) is None


def no_client_gets_into_a_room_of_the_cluster():
    ann, bob = Device(TCP, person()), Device(WS, person(), WsClient)
    for device in (ann, bob):
        device.client.send(12, b"conv://900001", seq=77)
        while True:
            _, op, seq, got = device.client.receive()
            if op == 13:
                break
            device.keep(op, got)
        assert got == b"conv://900001", got  # as goim: echoed, and nothing changed
        for cmd in ("room.join", "room.leave", "room.members"):
            assert device.code(cmd, room="conv://900001") == 4403, cmd
    assert connections_in(900001) == 0
    ann.good("room.join", room="live://900001")


def a_large_group_goes_through_its_room_once_to_each():
    group = Group()
    other = Device(TCP2, group.owner.login)  # the owner's second device
    cluster.eventually(lambda: connections_in(group.conv) == 7, "the new connection is not in the room", 30)
    seq = group.say()
    for device in (*group.devices[1:], other):
        group.heard(device, seq)
    for device in (*group.devices[1:], other):
        group.silent(device, seq, group.owner if device is not other else group.devices[1])
    group.silent(group.owner, seq, group.devices[1])


def who_leaves_is_out_before_the_next_row():
    group = Group()
    kicked, left = group.devices[2], group.devices[3]
    group.owner.good("group.kick", conv_id=group.conv, uid=kicked.uid)
    left.good("group.leave", conv_id=group.conv)
    seq = group.say()
    for device in (group.devices[1], group.devices[4], group.devices[5]):
        group.heard(device, seq)
    for device in (kicked, left):
        group.silent(device, seq, group.owner)
    cluster.eventually(lambda: connections_in(group.conv) == 4, "who left is in the room", 30)


def who_comes_hears_at_once_and_is_let_in_later():
    group = Group()
    before, eve = group.say(), Device(TCP2, person())
    came = group.owner.good("group.invite", conv_id=group.conv, uids=[eve.uid])["seq"]
    seq = group.say()
    for number in (came, seq):
        group.heard(eve, number)
    group.silent(eve, before, group.owner)
    group.until_open(7)
    seq = group.say()
    for device in (*group.devices[1:], eve):
        group.heard(device, seq)


def over_the_number_and_back():
    group = Group()
    for device in group.devices[3:]:
        group.owner.good("group.kick", conv_id=group.conv, uid=device.uid)
    seq = group.say()
    cluster.eventually(lambda: state_of(group.conv) == CLOSED, "the room of a small group stays open", 30)
    seq = group.say()
    for device in group.devices[1:3]:
        group.heard(device, seq)
    group.silent(group.devices[4], seq, group.owner)
    group.owner.good("group.invite", conv_id=group.conv, uids=[one.uid for one in group.devices[3:]])
    group.until_open(6)
    seq = group.say()
    for device in group.devices[1:]:
        group.heard(device, seq)


def who_was_on_a_comet_that_died_is_in_again_with_hello():
    group = Group()
    cluster.kill("comet-2")
    logins = [device.login for device in group.devices[1::2]]
    seq = group.say()
    for device in group.devices[2::2]:
        group.heard(device, seq)
    back = [Device(TCP, login) for login in logins]
    seq = group.say()
    for device in (*group.devices[2::2], *back):
        group.heard(device, seq)
        assert seq in [row["seq"] for row in device.good("history", conv_id=group.conv, limit=20)["messages"]]
    cluster.start("comet-2")


if __name__ == "__main__":
    sys.exit(run("rooms of large groups", globals()))
