#!/usr/bin/env python3
"""More people for a call of two, what two sides have in common, and devices that rang and were away (docs/calls.md). As test_calls.py."""
import os
import sys

from peer import Device, log_of, person
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])


def people(count):
    return [Device((TCP, TCP2)[i % 2], person()) for i in range(count)]


def talking(ann, bob, kind="audio"):
    call = ann.invite(bob.uid, kind=kind)["call_id"]
    bob.event("call.incoming", call_id=call)
    bob.accept(call)
    ann.event("call.accepted")
    for device in (ann, bob):
        device.report()
    return call


def add(device, *others):
    return device.ask("call.add", callee=[other.uid for other in others], **device.party())


def a_call_of_two_becomes_a_group():
    ann, bob, eve = people(3)
    call = talking(ann, bob)
    added = add(bob, eve)
    assert added["ok"] and added["group"] and added["busy"] == [], added
    ring = eve.event("call.incoming")
    assert (ring["call_id"], ring["from"], ring["group"]) == (call, bob.uid, True), ring
    assert "conv_id" not in ring and len(ring["members"]) == 2, ring
    assert ann.event("call.members")["group"] is True
    late = Device(TCP2, eve.login, "late")
    assert late.event("call.incoming")["from"] == bob.uid
    assert eve.accept(call)["party_id"] == "p3"
    assert late.event("call.handled_elsewhere")["how"] == "accepted"
    for device in (ann, bob):
        assert len(device.event("call.members", host="p1")["members"]) in (2, 3)
    eve.good("call.sdp", to_party="p2", description={"type": "offer", "sdp": "v=0"}, **eve.party())
    assert bob.event("call.sdp")["from_party"] == "p3"
    ann.good("call.hangup", **ann.party())
    assert ann.event("call.ended")["reason"] == "hangup"
    eve.good("call.leave", **eve.party())
    assert bob.event("call.ended")["reason"] == "hangup", "nobody stays alone in it"
    rows = log_of(ann, bob.uid)
    assert [(row["outcome"], sorted(row["members"])) for row in rows] == [("answered", sorted([ann.uid, bob.uid, eve.uid]))], rows


def who_may_not_be_added():
    ann, bob, eve, dan, fay = people(5)
    call = ann.invite(bob.uid)["call_id"]
    assert add(ann, eve)["code"] == 4405, "nobody talks yet"
    bob.event("call.incoming")
    bob.accept(call)
    for device in (ann, bob):
        device.report()
    assert eve.code("call.add", call_id=call, party_id="p1", callee=[dan.uid]) == 4404
    assert ann.code("call.add", callee=[], **ann.party()) == 4422
    assert ann.code("call.add", callee=[999999999], **ann.party()) == 4404
    assert ann.good("call.look", call_id=call)["group"] is False, "nothing was done"
    talking(dan, fay)
    assert add(ann, dan)["code"] == 4486
    assert not [event for event in dan.drain() if event["cmd"] == "call.incoming"]
    answer = add(ann, dan, eve)
    assert answer["ok"] and answer["busy"] == [dan.uid], answer
    eve.event("call.incoming", call_id=call)
    eve.good("call.reject", call_id=call)
    assert ann.good("call.look", call_id=call)["state"] == "active", "a decline ends nothing"
    assert add(ann, eve)["ok"] and eve.rung(call, 2), "asked again"


def a_video_call_has_four_places():
    everybody = people(5)
    ann, bob, *others = everybody
    call = talking(ann, bob, "video")
    assert add(ann, *others)["code"] == 4431
    assert add(ann, *others[:2])["ok"]
    for device in others[:2]:
        device.event("call.incoming")
        device.accept(call)
    assert add(bob, others[2])["code"] == 4431


def nothing_in_common():
    ann, bob = people(2)
    tablet = Device(TCP2, bob.login, "tablet")
    call = ann.invite(bob.uid, caps=["vp8", "opus"])["call_id"]
    bob.event("call.incoming")
    assert bob.code("call.accept", call_id=call, caps=["h264", "g722"]) == 4406
    assert ann.good("call.look", call_id=call)["state"] == "ringing", "other devices ring on"
    assert tablet.accept(call)["state"] == "connecting"
    assert bob.event("call.handled_elsewhere")["device_name"] == "tablet"
    assert bob.code("call.accept", call_id=call, caps="vp8") == 4422


def a_device_that_rang_and_was_away():
    ann, bob = people(2)
    call = ann.invite(bob.uid)["call_id"]
    bob.event("call.incoming")
    bob.good("call.ringing", call_id=call)
    bob.close()
    ann.good("call.cancel", **ann.party())
    back, desk = bob.again(TCP), Device(TCP2, bob.login, "desk")
    assert back.event("call.ended", call_id=call)["reason"] == "cancelled"
    assert not [event for event in desk.drain(1) if event["cmd"].startswith("call.")], "it never rang"


def a_device_that_rang_while_another_answered():
    ann, bob = people(2)
    tablet = Device(TCP2, bob.login, "tablet")
    call = ann.invite(bob.uid)["call_id"]
    bob.event("call.incoming")
    bob.good("call.ringing", call_id=call)
    bob.close()
    tablet.accept(call)
    told = bob.again().event("call.handled_elsewhere", call_id=call)
    assert (told["how"], told["device_name"]) == ("accepted", "tablet"), told


if __name__ == "__main__":
    sys.exit(run("add", globals()))
