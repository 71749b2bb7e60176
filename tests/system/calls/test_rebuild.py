#!/usr/bin/env python3
"""A router without Redis dies: calls come back by what their parties say (docs/calls.md, "When connections break"). As test_kills.py, with one
router and no Redis."""
import os
import sys

import cluster
from peer import Device, log_of, person
from runner_of_cases import run
from wait import eventually, until_it_passes

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
SDP = {"type": "offer", "sdp": "v=0"}


def pair():
    ann, bob = Device(TCP, person(), "ann"), Device(TCP2, person(), "bob")
    ann.invite(bob.uid)
    return ann, bob


def restart():
    cluster.kill("router-1")
    cluster.start("router-1")


def resumed(device):
    return device.code("call.resume", party_token=device.call["party_token"], pc_state="new", **device.party())


def a_call_of_two_comes_back_with_its_parties():
    ann, bob = pair()
    bob.accept(bob.event("call.incoming")["call_id"])
    ann.event("call.accepted")
    restart()
    for device in (ann, bob):
        back = until_it_passes(lambda d=device: d.resume(99), 30)
        assert back["snapshot"]["state"] == "connecting" and back["snapshot"]["caller"] == ann.uid, back
    for device in (ann, bob):
        device.report()
    ann.good("call.sdp", to_party="p2", description=SDP, **ann.party())
    assert bob.event("call.sdp")["from_party"] == "p1"
    bob.good("call.hangup", **bob.party())
    assert ann.event("call.ended")["reason"] == "hangup"
    assert [row["outcome"] for row in log_of(ann, bob.uid)] == ["answered"]


def a_call_that_rang_is_forgotten_and_can_be_made_again():
    ann, bob = pair()
    restart()
    eventually(lambda: resumed(ann) == 4404, "the router is not back", 30)
    assert until_it_passes(lambda: ann.invite(bob.uid), 30)["state"] == "ringing"


if __name__ == "__main__":
    sys.exit(run("rebuild", globals()))
