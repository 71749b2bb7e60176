#!/usr/bin/env python3
"""Calls while a comet, the logic, the router that owns them or Redis is killed (docs/calls.md, "When connections break"). As
test_calls.py; two routers on Redis, heartbeats of 2 s. What was killed is started again by each case."""
import contextlib
import json
import os
import sqlite3
import sys
import time

import cluster
from peer import Device, log_of, person
from runner_of_cases import run
from wait import eventually, until_it_passes

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
SDP = {"type": "offer", "sdp": "v=0"}


def description(ufrag, kind="offer"):
    return {"type": kind, "sdp": "v=0\r\na=ice-ufrag:%s\r\n" % ufrag}


def restarts_of(call):
    """What the books say of each party, in the order of coming."""
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % os.environ["IM_STORE_FILE"], uri=True)) as store:
        rows = store.execute("SELECT restarts FROM call_parties WHERE call_id = ? ORDER BY party", (call,)).fetchall()
    return [restarts for (restarts,) in rows]


def devices(first=TCP, second=TCP2):
    return Device(first, person(), "ann"), Device(second, person(), "bob")


def answer(ann, bob):
    call = bob.event("call.incoming", call_id=ann.call["call_id"])["call_id"]
    bob.accept(call)
    ann.event("call.accepted")
    for device in (ann, bob):
        device.report()


def talking(*ports):
    ann, bob = devices(*ports)
    ann.invite(bob.uid)
    answer(ann, bob)
    return ann, bob


def end(ann, bob):
    final = ann.good("call.hangup", reason="hangup", **ann.party())
    assert final["state"] == "ended", final
    assert bob.event("call.ended")["reason"] == "hangup"
    rows = log_of(bob, ann.uid)
    assert [row["call_id"] for row in rows] == [ann.call["call_id"]], rows
    return rows[0]


class killed:
    """with killed("comet-1"): dead meanwhile, ready again after."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        cluster.kill(self.name)

    def __exit__(self, *_):
        cluster.start(self.name)


def the_comet_of_a_caller_dies_while_they_talk():
    ann, bob = talking()
    with killed("comet-1"):
        bob.good("call.media", state={"mic": False}, **bob.party())
        assert bob.event("call.peer_state", sig="lost")["party"] == "p1"
        again = ann.again(TCP2)
        back = again.resume()
        assert back["snapshot"]["state"] == "active" and not back["gap"], back
        assert [event["cmd"] for event in back["replay"]].count("call.peer_media") == 1, back
        assert bob.event("call.peer_state", sig="ok")["party"] == "p1"
        bob.good("call.sdp", to_party="p1", description=SDP, **bob.party())
        again.event("call.sdp")
        assert end(again, bob)["outcome"] == "answered"


def the_comet_of_a_caller_dies_while_it_rings():
    ann, bob = devices()
    ann.invite(bob.uid)
    with killed("comet-1"):
        again = ann.again(TCP2)
        assert again.resume()["snapshot"]["state"] == "ringing"
        answer(again, bob)
        end(again, bob)


def a_caller_who_does_not_come_back_is_cancelled():
    ann, bob = devices()
    ann.invite(bob.uid)
    bob.event("call.incoming")
    ann.close()
    assert bob.event("call.ended", 60)["reason"] == "cancelled"
    assert [row["outcome"] for row in log_of(bob, ann.uid)] == ["cancelled"]


def the_comet_of_a_callee_dies_while_it_rings():
    ann, bob = devices(TCP2, TCP)
    ann.invite(bob.uid)
    bob.event("call.incoming")
    with killed("comet-1"):
        again = Device(TCP2, bob.login, "bob")
        answer(ann, again)
        end(ann, again)


def a_party_that_stays_away_ends_the_call():
    ann, bob = talking()
    ann.close()
    assert bob.event("call.peer_state", sig="lost")
    assert bob.event("call.ended")["reason"] == "peer_lost"
    assert len(log_of(bob, ann.uid)) == 1


def logic_dies_while_they_talk():
    ann, bob = talking()
    with killed("logic-1"):
        code = ann.code("call.sdp", to_party="p2", cseq=1, description=SDP, **ann.party())
        assert code == 4503, code
    sent = until_it_passes(lambda: ann.good("call.sdp", to_party="p2", cseq=1, description=SDP, **ann.party()), 30)
    assert sent["ok"] and bob.event("call.sdp")["from_party"] == "p1"
    for device in (ann, bob):
        device.report()
    end(ann, bob)


def timers_fire_without_a_logic_and_are_told_later():
    ann, bob = devices()
    ann.invite(bob.uid)
    bob.event("call.incoming")
    ann.close()
    time.sleep(18)
    with killed("logic-1"):
        time.sleep(3)  # lost after 5 s, cancelled 15 s later; comets keep their lease for 10 s
    assert bob.event("call.ended")["reason"] == "cancelled"
    assert [row["outcome"] for row in log_of(bob, ann.uid)] == ["cancelled"]


def the_owner_router_dies_while_they_talk():
    calls = [talking() for _ in range(6)]
    for ann, bob in calls:
        ann.good("call.sdp", to_party="p2", description=description("a1"), **ann.party())
        bob.good("call.sdp", to_party="p1", description=description("b1", "answer"), **bob.party())
        bob.event("call.sdp"), ann.event("call.sdp")
        ann.good("call.media", state={"mic": True}, **ann.party())  # waits for the store, descriptions do not
    with killed("router-1"):
        for ann, bob in calls:
            look = until_it_passes(lambda a=ann: a.good("call.look", call_id=a.call["call_id"]), 30)
            assert look["state"] == "active", look
        for ann, bob in calls:
            until_it_passes(lambda a=ann: a.good("call.sdp", to_party="p2", description=description("a2"), **a.party()), 30)
            assert bob.event("call.sdp")["from_party"] == "p1"
            bob.good("call.sdp", to_party="p1", description=description("b1"), **bob.party())  # another track
            call = end(ann, bob)["call_id"]
            restarts = eventually(lambda c=call: restarts_of(c))
            assert restarts == [1, 0], (call, restarts)


def the_owner_router_dies_while_it_rings():
    calls = []
    for _ in range(6):
        ann, bob = devices()
        ann.invite(bob.uid)
        calls.append((ann, bob))
    with killed("router-1"):
        for ann, bob in calls:
            call = bob.event("call.incoming")["call_id"]
            until_it_passes(lambda b=bob, c=call: b.accept(c), 30)
            ann.event("call.accepted")
            until_it_passes(lambda a=ann: a.good("call.hangup", **a.party()), 30)


def a_comet_stands_still_while_it_rings():
    """Nobody says what became of the ring there, so the callee's devices are told again, as long as it is true."""
    ann, bob = devices()
    tablet = Device(TCP, bob.login, "tablet")
    cluster.pause("comet-2")
    try:
        call = ann.invite(bob.uid)["call_id"]
        left = tablet.rung(call, 3)
        assert left == sorted(left, reverse=True) and left[0] > left[-1], left
        tablet.event("call.incoming")
        ann.good("call.cancel", **ann.party())
        tablet.event("call.ended")
        desk = Device(TCP, bob.login, "desk")
        told = [event["cmd"] for device in (tablet, desk) for event in device.drain(4)]  # by then it would be told again
        assert "call.incoming" not in told, told
    finally:
        cluster.resume("comet-2")
    until_it_passes(lambda: Device(TCP2, bob.login, "pad").close(), 30)


def redis_stands_still():
    ann, bob = talking()
    eve, dan = devices()
    ann.good("call.sdp", to_party="p2", description=description("a1"), **ann.party())
    bob.event("call.sdp")
    cluster.pause("redis")
    try:
        code = eve.code("call.invite", client_call_id="r1", callee=[dan.uid], kind="audio")
        assert code == 4503, code
        for device, state in ((ann, "disconnected"), (bob, "failed")):
            assert device.code("call.report", pc_state=state, **device.party()) == 0, state
        assert ann.code("call.sdp", to_party="p2", description=description("a2"), **ann.party()) == 0
        assert bob.event("call.sdp")["description"] == description("a2")
        for device in (ann, bob):
            assert device.code("call.report", pc_state="connected", inbound_ok=True, **device.party()) == 0
    finally:
        cluster.resume("redis")
    begun = until_it_passes(lambda: eve.good("call.invite", client_call_id="r1", callee=[dan.uid], kind="audio"), 30)
    assert begun["state"] == "ringing", begun
    dan.event("call.incoming", call_id=begun["call_id"])
    eve.joined(begun)
    eve.good("call.cancel", **eve.party())
    call = until_it_passes(lambda: end(ann, bob), 20)["call_id"]
    assert eventually(lambda: restarts_of(call)) == [1, 0], call


def kafka_is_gone():
    with killed("kafka"):
        ann, bob = talking()
        end(ann, bob)
    call = ann.call["call_id"]
    for device in (ann, bob):
        rows = [device.event("msg.new", 60, type="call")] + [event for event in device.drain(3) if event["cmd"] == "msg.new"]
        told = {(row["conv_id"], row["seq"], json.loads(row["body"])["call_id"]) for row in rows}
        assert len(told) == 1 and {one[2] for one in told} == {call}, rows


if __name__ == "__main__":
    sys.exit(run("kills", globals()))
