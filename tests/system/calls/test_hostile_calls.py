#!/usr/bin/env python3
"""What strangers and broken clients send to calls (docs/calls.md). As test_calls.py."""
import contextlib
import json
import sys
import uuid

from peer import Device, person
from runner_of_cases import run
from test_calls import SDP, TCP, TCP2, pair, talking


def strangers_are_refused():
    ann, bob = talking()
    eve = Device(TCP2, person())
    call = ann.call["call_id"]
    for cmd in ("look", "accept", "reject", "cancel", "hangup", "transfer", "ringing"):
        assert eve.code("call." + cmd, call_id=call) == 4404, cmd
    for party in ("p1", "p2"):
        for cmd, more in (("sdp", {"to_party": "p1", "description": SDP}), ("ice", {"to_party": "p2"}), ("media", {"state": {}}),
                          ("report", {"pc_state": "connected"}), ("resume", {"party_token": "x"}), ("ice_servers", {})):
            assert eve.code("call." + cmd, call_id=call, party_id=party, **more) == 4404, cmd
    assert bob.code("call.hangup", call_id=call, party_id="p1") == 4403
    assert ann.good("call.look", call_id=call)["state"] == "active"
    assert not [event for event in ann.drain() + bob.drain() if event["cmd"] in ("call.sdp", "call.ice", "call.ended")]


def tokens_of_others_and_of_calls_that_are_over():
    ann, bob = talking()
    other, _ = talking()
    thief = Device(TCP2, ann.login, "another")
    good = ann.call["party_token"]
    secret, rest = good.split(".", 1)  # what stands behind it is for a router that forgot the call
    forged = ("%x" % (15 - int(secret[0], 16)) + good[1:], secret[:-1] + "." + rest, secret + "0." + rest, "." + rest, "", "\u0000")
    for token in (bob.call["party_token"], other.call["party_token"], *forged):
        assert thief.code("call.resume", party_token=token, last_eseq=0, **ann.party()) in (4403, 4422), token
    ann.good("call.media", state={"mic": False}, **ann.party())  # its party is where it was
    tablet = Device(TCP, bob.login, "tablet")
    tablet.joined(tablet.good("call.transfer", call_id=bob.call["call_id"], take_over=True))
    for device in (bob, tablet):  # what was replaced is over
        assert device.code("call.resume", party_token=bob.call["party_token"], last_eseq=0, **bob.party()) in (4404, 4410)
    ann.good("call.hangup", **ann.party())
    assert thief.code("call.resume", party_token=good, last_eseq=0, **ann.party()) == 4410


def ten_thousand_candidates_leave_nothing():
    ann, bob = talking()
    codes = [ann.code("call.ice", to_party="p2", neg=1 + i // 50, candidates=[{"candidate": str(i)}] * 20, **ann.party()) for i in range(500)]
    assert set(codes) == {0, 4413, 4429}, set(codes)
    came = sum(len(event["candidates"]) for event in bob.drain(2) if event["cmd"] == "call.ice")
    assert came == 20 * codes.count(0), (came, codes.count(0))
    assert len(json.dumps(ann.good("call.look", call_id=ann.call["call_id"]))) < 4000


def bad_input_is_refused():
    ann, bob = talking()
    here = ann.party()
    assert ann.code("call.sdp", to_party="p1", description=SDP, **here) == 4403, "to oneself"
    assert ann.code("call.sdp", to_party="p7", description=SDP, **here) == 4403
    assert ann.code("call.sdp", to_party="seven", description=SDP, **here) == 4422
    assert ann.code("call.sdp", to_party="p2", description="offer", **here) == 4422
    assert ann.code("call.sdp", to_party="p2", description={"type": "offer", "sdp": "x" * 62000}, **here) == 4413
    assert ann.code("call.ice", to_party="p2", candidates=[{}] * 21, **here) == 4413
    assert ann.code("call.media", state={"x": "y" * 5000}, **here) == 4413
    for call in ("", "c0", "c" + "0" * 16, "cffffffffffffffff", "c" + "1" * 16):
        assert ann.code("call.look", call_id=call) in (4404, 4422), call
    assert ann.code("call.resume", party_token="0" * 32, **here) == 4403
    assert Device(TCP, ann.login, "other").code("call.sdp", to_party="p2", description=SDP, **here) == 4409
    codes = [ann.code("call.ice", to_party="p2", neg=5, candidates=[{"candidate": str(i)}] * 20, **here) for i in range(10)]
    assert codes[:5] == [0] * 5 and set(codes[5:]) == {4413}, codes
    codes = [ann.code("call.ice", to_party="p2", neg=i, candidates=[{"candidate": "c"}], **here) for i in range(6, 200)]
    assert 4429 in codes, "one party may not send without end"
    bob.drain(1)
    assert bob.good("call.look", call_id=ann.call["call_id"])["state"] == "active"


def a_repeated_cseq_is_answered_and_not_repeated():
    ann, bob = talking()
    for _ in range(3):
        ann.good("call.sdp", to_party="p2", cseq=7, description=SDP, **ann.party())
    bob.event("call.sdp")
    assert not [event for event in bob.drain(1) if event["cmd"] == "call.sdp"]


def a_body_of_70_kib_is_refused_with_a_code():
    ann, bob = talking()
    answer = ann.ask("call.sdp", to_party="p2", description={"type": "offer", "sdp": "x" * 60000}, **ann.party())
    assert answer["ok"], answer
    assert len(bob.event("call.sdp")["description"]["sdp"]) == 60000
    for _ in range(3):
        assert ann.code("call.sdp", to_party="p2", description={"type": "offer", "sdp": "x" * 70000}, **ann.party()) == 4413
    assert not [event for event in bob.drain() if event["cmd"] == "call.sdp"]
    assert ann.good("call.look", call_id=ann.call["call_id"])["state"] == "active", "on the same connection"
    with contextlib.suppress(ConnectionError):  # it may end before all of it is sent
        ann.send_request("call.sdp", to_party="p2", description={"type": "offer", "sdp": "x" * (1 << 20)}, **ann.party())
    assert ann.client.closed_within(5), "over the hard bound the connection ends (docs/protocol.md, R03)"
    assert ann.again().resume()["snapshot"]["state"] == "active"


def invites_to_everybody_are_slowed_down():
    """As fast as answers come, to ten users in turn: the bound is that of the caller (call.invite=5/200 here), not that of the pair."""
    ann, callees = Device(TCP, person()), [Device(TCP2, person()) for _ in range(10)]
    codes = [ann.code("call.invite", client_call_id=uuid.uuid4().hex, callee=[callees[i % 10].uid], kind="audio") for i in range(400)]
    assert codes[0] == 0 and 4429 not in codes[:200], codes
    assert 4429 in codes and set(codes) <= {0, 4409, 4429}, codes
    assert sum(len(device.rings) for device in callees if device.drain(0.1) is not None) == 1, "one caller is in one call"


def too_many_invites_are_slowed_down():
    ann, bob = pair()
    codes = []
    for _ in range(80):
        codes.append(ann.code("call.invite", client_call_id=uuid.uuid4().hex, callee=[bob.uid], kind="audio"))
    assert 4429 in codes and set(codes) <= {0, 4409, 4429}, codes
    bob.event("call.incoming")
    assert not [event for event in bob.drain() if event["cmd"] == "call.incoming"]


if __name__ == "__main__":
    sys.exit(run("hostile calls", globals()))
