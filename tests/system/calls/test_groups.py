#!/usr/bin/env python3
"""Group calls and meetings (docs/calls.md). As test_calls.py."""
import os
import random
import sys

from peer import Device, person
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])


def number():
    return str(random.randrange(10**9, 10**10))


def devices(count):
    return [Device((TCP, TCP2)[i % 2], person()) for i in range(count)]


def join(device, meeting, **more):
    return device.joined(device.good("call.join", meeting_no=meeting, **more))


def a_meeting_by_number():
    ann, bob, eve = devices(3)
    meeting = number()
    first = join(ann, meeting, kind="video")
    assert (first["state"], first["host"]) == ("active", "p1"), first
    second = join(bob, meeting)
    assert [member["uid"] for member in second["members"]] == [ann.uid, bob.uid], second
    told = ann.event("call.members")
    assert told["full"] is True and len(told["members"]) == 2, told
    join(eve, meeting)
    eve.good("call.sdp", to_party="p1", description={"type": "offer", "sdp": "v=0"}, **eve.party())
    assert ann.event("call.sdp")["from_party"] == "p3"
    bob.good("call.leave", **bob.party())
    assert bob.event("call.ended")["reason"] == "hangup"
    assert len(eve.event("call.members")["members"]) == 2
    assert bob.code("call.sdp", to_party="p1", description={"type": "offer", "sdp": "v=0"}, **bob.party()) == 4410


def bounds_of_a_mesh():
    for kind, most in (("video", 4), ("audio", 6)):
        people, meeting = devices(most + 1), number()
        for device in people[:-1]:
            join(device, meeting, kind=kind)
        assert people[-1].code("call.join", meeting_no=meeting, kind=kind) == 4431
        people[0].good("call.leave", **people[0].party())
        join(people[-1], meeting, kind=kind)


def a_pin_and_a_lock():
    ann, bob, eve = devices(3)
    assert ann.code("call.join", meeting_no="1234") == 4422, "short numbers are guessed"
    assert ann.code("call.join", meeting_no="one") == 4422
    meeting = str(random.randrange(1000, 99999))
    join(ann, meeting, pin="8642")
    assert bob.code("call.join", meeting_no=meeting, pin="0000") == 4403
    join(bob, meeting, pin="8642")
    assert bob.code("call.host", op="lock", **bob.party()) == 4403, "only the host"
    ann.good("call.host", op="lock", **ann.party())
    assert eve.code("call.join", meeting_no=meeting, pin="8642") == 4423
    ann.good("call.host", op="lock", on=False, **ann.party())
    join(eve, meeting, pin="8642")


def one_screen_and_what_a_host_may():
    ann, bob, eve = devices(3)
    meeting = number()
    for device in (ann, bob, eve):
        join(device, meeting, kind="video")
    bob.good("call.screen", on=True, **bob.party())
    assert ann.event("call.screen")["party"] == "p2"
    assert eve.code("call.screen", on=True, **eve.party()) == 4423
    bob.good("call.screen", on=False, **bob.party())
    assert eve.event("call.screen", party=None)
    eve.good("call.screen", on=True, **eve.party())
    ann.good("call.host", op="mute", party="p2", **ann.party())
    assert bob.event("call.host")["op"] == "mute"
    ann.good("call.host", op="remove", party="p3", **ann.party())
    assert eve.event("call.ended")["reason"] == "kicked"
    assert bob.event("call.screen", party=None)
    ann.good("call.host", op="give", party="p2", **ann.party())
    assert bob.event("call.members", host="p2")
    bob.good("call.host", op="end_all", **bob.party())
    assert ann.event("call.ended")["reason"] == "ended_by_host"


if __name__ == "__main__":
    sys.exit(run("groups", globals()))
