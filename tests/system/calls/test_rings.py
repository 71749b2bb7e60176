#!/usr/bin/env python3
"""Rings that last. As test_calls.py."""
import os
import sys

from peer import Device, person
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])


def a_caller_who_says_nothing_goes_on_ringing():
    """Twice as long as a party may be silent who talks. What it is told meanwhile shows that it is there."""
    ann, bob = Device(TCP, person(), "ann's phone"), Device(TCP2, person(), "bob's phone")
    call = ann.invite(bob.uid)["call_id"]
    bob.event("call.incoming", call_id=call)
    first, second = (ann.event("call.still_ringing", call_id=call)["left_ms"] for _ in range(2))
    assert first > second > 0, (first, second)
    seen = bob.good("call.look", call_id=call)
    assert (seen["state"], seen["members"][0]["sig"]) == ("ringing", "ok"), seen
    bob.accept(call)
    ann.event("call.accepted")
    assert ann.good("call.look", call_id=call)["members"][0]["sig"] == "ok"
    ann.good("call.hangup", **ann.party())


if __name__ == "__main__":
    sys.exit(run("rings", globals()))
