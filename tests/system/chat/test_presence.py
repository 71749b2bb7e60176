#!/usr/bin/env python3
"""Presence from end to end, beyond the examples. As test_examples.py."""
import os
import sys

from device import Device, person
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])


def contacts(one, other):
    one.good("contact.add", uid=other.uid)
    other.good("contact.accept", uid=one.uid)


def pair():
    ann, bob = Device(TCP, person()), Device(TCP2, person())
    contacts(ann, bob)
    return ann, bob


def state(device, uid):
    return {one["uid"]: one for one in device.good("presence.sub", uids=[uid])["presence"]}[uid]


def told(device, state_told):
    return [event for event in device.events if event["cmd"] == "presence" and event["state"] == state_told]


def who_goes_and_comes_is_seen():
    ann, bob = pair()
    assert state(ann, bob.uid)["state"] == "online"
    again = bob.login
    bob.close()
    gone = ann.event("presence", uid=bob.uid, state="offline", seconds=60)
    assert gone["last_seen"] > 0
    assert state(ann, bob.uid)["last_seen"] >= gone["last_seen"]
    bob = Device(TCP, again)
    ann.event("presence", uid=bob.uid, state="online", seconds=60)


def a_second_device_is_no_news():
    ann, bob = pair()
    state(ann, bob.uid)
    bob.good("presence.set", state="away")
    ann.event("presence", uid=bob.uid, state="away", seconds=60)
    tablet = Device(TCP, bob.login)
    tablet.close()
    bob.good("presence.set", state="busy", text="x")
    busy = ann.event("presence", uid=bob.uid, state="busy", seconds=60)
    assert busy["text"] == "x"
    assert told(ann, "away") == told(ann, "busy") == told(ann, "offline") == [], ann.events


def strangers_and_blocked_ones_see_nothing():
    ann, bob = pair()
    eve = Device(TCP, person())
    assert eve.good("presence.sub", uids=[bob.uid, ann.uid, 10**12])["presence"] == []
    assert state(ann, bob.uid)["state"] == "online"
    bob.good("contact.block", uid=ann.uid)
    refused = ann.good("presence.sub", uids=[bob.uid])
    assert (refused["presence"], refused["refused"]) == ([], [bob.uid])
    other = Device(TCP, person())
    contacts(other, bob)
    assert state(other, bob.uid)["state"] == "online"
    bob.good("presence.set", state="away")
    other.event("presence", uid=bob.uid, state="away", seconds=60)
    ann.send("ping", to=ann.good("contact.search", login=other.login)["users"][0]["uid"])
    assert told(ann, "away") == [], ann.events


def the_own_devices_agree():
    ann, bob = pair()
    tablet = Device(TCP2, ann.login)
    ann.good("presence.set", state="invisible", text="psst")
    seen = tablet.event("presence", uid=ann.uid)
    assert (seen["state"], seen["text"]) == ("invisible", "psst")
    assert state(bob, ann.uid)["state"] == "offline"


if __name__ == "__main__":
    sys.exit(run("presence", globals()))
