#!/usr/bin/env python3
"""Calls of two without media (docs/calls.md): who hears what, who wins, what is refused. A cluster with accounts, a store and two comets.
IM_TCP, IM_TCP2, IM_PUBLIC come from the environment."""
import contextlib
import json
import os
import sqlite3
import sys
import uuid

from doors import Http
from peer import Device, log_of, person, public, unread
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
TIMES = int(os.environ.get("IM_CALL_TIMES", "200"))
SDP = {"type": "offer", "sdp": "v=0\r\n"}


def pair():
    return Device(TCP, person(), "ann's phone"), Device(TCP2, person(), "bob's phone")


def talking():
    ann, bob = pair()
    call = ann.invite(bob.uid)["call_id"]
    bob.event("call.incoming", call_id=call)
    bob.accept(call)
    ann.event("call.accepted")
    for device in (ann, bob):
        device.report()
    return ann, bob


def a_call_from_ring_to_log():
    ann, bob = pair()
    begun = ann.invite(bob.uid, kind="video", caps=["vp8"])
    assert begun["state"] == "ringing" and begun["ring_ms"] > 50000 and "iceServers" in begun["ice"], begun
    ring = bob.event("call.incoming")
    assert (ring["from"], ring["kind"], ring["caps"]) == (ann.uid, "video", ["vp8"]) and ring["left_ms"] > 50000, ring
    assert "sdp" not in json.dumps(ring)
    bob.good("call.ringing", call_id=ring["call_id"])
    assert ann.event("call.remote_ringing")["uid"] == bob.uid
    won = bob.accept(ring["call_id"])
    assert (won["party_id"], won["peer_party"], won["state"]) == ("p2", "p1", "connecting"), won
    assert ann.event("call.accepted")["peer_party"] == "p2"
    ann.good("call.sdp", to_party="p2", neg=1, description=SDP, tracks=[{"mid": "0", "source": "mic"}], **ann.party())
    offer = bob.event("call.sdp")
    assert (offer["from_party"], offer["description"], offer["neg"]) == ("p1", SDP, 1), offer
    bob.good("call.ice", to_party="p1", neg=1, ufrag="u", candidates=[{"candidate": "c", "mid": "0"}], **bob.party())
    assert ann.event("call.ice")["candidates"] == [{"candidate": "c", "mid": "0"}]
    ann.report(), bob.report()
    assert ann.event("call.peer_state", pc="connected")["party"] == "p2"
    bob.good("call.media", state={"mic": False, "cam": True}, **bob.party())
    assert ann.event("call.peer_media")["state"] == {"mic": False, "cam": True}
    for hold in (True, False):
        ann.good("call.media", state={"mic": True, "cam": False, "screen": False, "hold": hold}, **ann.party())
        assert bob.event("call.peer_media")["state"]["hold"] is hold
    assert not [event for event in bob.drain() if event["cmd"] == "call.sdp"], "nothing is negotiated for it"
    final = bob.good("call.hangup", reason="hangup", **bob.party())
    assert (final["state"], final["outcome"]) == ("ended", "answered"), final
    for device in (ann, bob):
        end = device.event("call.ended")
        assert (end["reason"], end["by"], end["final"]) == ("hangup", bob.uid, True), end
    rows = log_of(ann, bob.uid)
    assert len(rows) == 1 and rows[0]["outcome"] == "answered" and rows[0]["call_id"] == ring["call_id"], rows
    assert rows[0]["talk_ms"] == final["talk_ms"] == end["talk_ms"], (rows, final, end)
    assert rows[0]["answered_device"] == "bob's phone" and sorted(rows[0]["members"]) == sorted([ann.uid, bob.uid]), rows
    assert unread(bob, ann.uid) == 0


def endings_of_a_ringing_call():
    for how, outcome, news in (("reject", "rejected", 0), ("cancel", "cancelled", 1), ("device busy", "busy", 0)):
        ann, bob = pair()
        call = ann.invite(bob.uid)["call_id"]
        bob.event("call.incoming")
        if how == "cancel":
            ann.good("call.cancel", **ann.party())
            assert bob.event("call.ended")["reason"] == "cancelled"
        else:
            bob.good("call.reject", call_id=call, reason="busy" if "busy" in how else "declined")
        assert ann.event("call.ended")["reason"] == outcome
        rows = log_of(bob, ann.uid)
        assert [row["outcome"] for row in rows] == [outcome], rows
        assert unread(bob, ann.uid) == news, (how, unread(bob, ann.uid))


def one_in_a_call_is_busy():
    ann, bob = talking()
    eve = Device(TCP, person())
    answer = eve.ask("call.invite", client_call_id="b1", callee=[bob.uid], kind="audio")
    assert answer["code"] == 4486 and answer["reason"] == "busy", answer
    assert [row["outcome"] for row in log_of(eve, bob.uid)] == ["busy"]
    assert not [event for event in bob.drain() if event["cmd"] == "call.incoming"]
    assert ann.code("call.invite", client_call_id="b2", callee=[eve.uid], kind="audio") == 4409
    ann.good("call.hangup", **ann.party())
    assert eve.invite(bob.uid)["state"] == "ringing"


def unknown_offline_and_blocking_users():
    ann, bob = pair()
    assert ann.code("call.invite", client_call_id="u1", callee=[999999999], kind="audio") == 4404
    assert ann.code("call.invite", client_call_id="u2", callee=[ann.uid], kind="audio") == 4422
    offline = Device(TCP, person())
    offline.close()
    assert ann.invite(offline.uid)["state"] == "ringing"
    ann.good("call.cancel", **ann.party())
    blocking = Device(TCP2, person())
    with contextlib.closing(sqlite3.connect(os.environ["IM_STORE_FILE"], timeout=10)) as store, store:
        store.execute("INSERT INTO blocks (uid, peer, created_ms) VALUES (?, ?, 0)", (blocking.uid, ann.uid))
    call = ann.invite(blocking.uid)
    assert call["state"] == "ringing"
    assert not [event for event in blocking.drain() if event["cmd"].startswith("call.")]
    assert blocking.code("call.accept", call_id=call["call_id"]) == 4404
    ann.good("call.cancel", **ann.party())


def one_of_three_devices_wins():
    ann, bob = pair()
    others = [Device(TCP, bob.login, "tablet"), Device(TCP2, bob.login, "desk")]
    desk = Device(TCP2, ann.login, "ann's desk")
    call = ann.invite(bob.uid)["call_id"]
    mirror = desk.event("call.mirror", on=True)
    assert (mirror["call_id"], mirror["device_name"]) == (call, "ann's phone"), mirror
    for device in [bob, *others]:
        device.event("call.incoming")
    others[0].accept(call)
    for device in (bob, others[1]):
        told = device.event("call.handled_elsewhere")
        assert (told["how"], told["device_name"]) == ("accepted", "tablet"), told
        assert device.code("call.accept", call_id=call) == 4409
    assert others[0].accept(call)["party_id"] == "p2", "the winner asks again"
    bob.good("call.reject", call_id=call)  # stale: the call lives
    assert ann.good("call.look", call_id=call)["state"] == "connecting"
    assert ann.code("call.hangup", call_id=call) == 0
    others[0].event("call.ended")
    desk.event("call.mirror", on=False)


def two_accepts_at_once_have_one_winner():
    pairs = [(*pair(), None) for _ in range(max(1, TIMES // 25))]
    pairs = [(ann, bob, Device(TCP, bob.login, "tablet")) for ann, bob, _ in pairs]
    for i in range(TIMES):
        ann, bob, tablet = pairs[i % len(pairs)]
        call = ann.invite(bob.uid)["call_id"]
        asked = [(device, device.send_request("call.accept", call_id=call)) for device in (bob, tablet)]
        answers = [device.answer_of(seq) for device, seq in asked]
        won = [answer for answer in answers if answer["ok"]]
        assert len(won) == 1 and [a["code"] for a in answers if not a["ok"]] == [4409], answers
        loser = (bob, tablet)[answers[0]["ok"] is True]
        assert loser.event("call.handled_elsewhere", call_id=call)["how"] == "accepted"
        ann.event("call.accepted", call_id=call)
        ann.good("call.hangup", **ann.party())
        for device in (ann, bob, tablet):
            device.drain(0)


def crossed_invites_are_one_call():
    pairs = [pair() for _ in range(max(1, TIMES // 25))]
    for i in range(TIMES):
        ann, bob = pairs[i % len(pairs)]
        asked = [(device, device.send_request("call.invite", client_call_id=uuid.uuid4().hex, callee=[other.uid], kind="audio"))
                 for device, other in ((ann, bob), (bob, ann))]
        answers = [device.answer_of(seq) for device, seq in asked]
        assert all(answer["ok"] for answer in answers), answers
        assert answers[0]["call_id"] == answers[1]["call_id"], answers
        assert sorted(answer["merged"] for answer in answers) == [False, True], answers
        first = (bob, ann)[answers[1]["merged"] is True]
        assert first.event("call.accepted")["role"] == "caller"
        for device, answer in zip((ann, bob), answers):
            device.joined(answer)
        ann.good("call.hangup", **ann.party())
        for device in (ann, bob):
            device.event("call.ended")
            device.drain(0)


def a_device_that_comes_late():
    ann, bob = pair()
    ann.invite(bob.uid)
    tablet = Device(TCP, bob.login, "tablet")
    assert tablet.event("call.incoming")["left_ms"] < 60000
    ann.good("call.cancel", **ann.party())
    desk = Device(TCP2, bob.login, "desk")
    told = {event["cmd"] for event in desk.drain(1) if event["cmd"].startswith("call.")}
    assert told <= {"call.ended"}, told  # what nobody confirmed in time is told again; it does not ring
    assert [row["outcome"] for row in log_of(desk, ann.uid)] == ["cancelled"]


def hanging_up_while_offline():
    ann, bob = talking()
    ann.close()  # the request never left
    again = ann.again(TCP2)
    assert again.good("call.hangup", reason="hangup", **ann.party())["state"] == "ended"
    assert bob.event("call.ended")["reason"] == "hangup"
    assert again.invite(bob.uid)["state"] == "ringing", "nobody is still in a call"
    door = Http(public(), again.token)
    assert door.ask("call.cancel", call_id=again.call["call_id"])["reason"] == "cancelled"


def another_device_takes_over():
    ann, bob = talking()
    tablet = Device(TCP, bob.login, "tablet")
    taken = tablet.joined(tablet.good("call.transfer", call_id=bob.call["call_id"], take_over=True))
    assert bob.event("call.ended")["reason"] == "replaced"
    told = ann.event("call.accepted", replaced=True)
    assert told["peer_party"] == taken["party_id"] == "p3", told
    ann.good("call.sdp", to_party="p3", description=SDP, **ann.party())
    assert tablet.event("call.sdp")["from_party"] == "p1"
    tablet.good("call.hangup", **tablet.party())
    ann.event("call.ended")


if __name__ == "__main__":
    sys.exit(run("calls", globals()))
