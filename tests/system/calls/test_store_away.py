#!/usr/bin/env python3
"""The database dies and comes back while two talk (docs/calls.md): what keeps media going goes on, the call ends when they say so, and is in
the books once. As test_books.py."""
import json
import os
import signal
import subprocess
import sys
import uuid

import cluster
import mariadb
from peer import Device, person
from runner_of_cases import run
from wait import eventually

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
FOLDER = os.environ["IM_MARIADB"]


class Database:
    """with Database(): killed meanwhile, started as it was after."""

    def __enter__(self):
        with open(os.path.join(FOLDER, "pid")) as file:
            pid = int(file.read())
        with open("/proc/%d/cmdline" % pid) as file:
            self.command = file.read().rstrip("\0").split("\0")
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not cluster.alive(pid), "the database does not die")

    def __exit__(self, *_):
        with open(os.path.join(FOLDER, "log"), "a") as log:
            subprocess.Popen(self.command, stdout=log, stderr=log, start_new_session=True)
        eventually(self.answers, "the database does not come back", 60)

    @staticmethod
    def answers():
        try:
            return mariadb.rows("SELECT 1") == [["1"]]
        except subprocess.CalledProcessError:
            return False


def talking():
    ann, bob = Device(TCP, person(), "ann"), Device(TCP2, person(), "bob")
    ann.good("conv.open", to=bob.uid)
    ann.invite(bob.uid)
    bob.accept(bob.event("call.incoming")["call_id"])
    ann.event("call.accepted")
    for device in (ann, bob):
        device.report()
    return ann, bob


def in_the_books(call):
    messages = [body for body, in mariadb.rows("SELECT body FROM messages WHERE type = 'call'") if json.loads(body)["call_id"] == call]
    counts = [mariadb.rows("SELECT COUNT(*) FROM %s WHERE call_id = '%s'" % (table, call)) for table in ("calls", "call_parties")]
    return len(messages), counts


def the_database_dies_while_they_talk():
    ann, bob = talking()
    eve, dan = talking()
    call = ann.call["call_id"]
    with Database():
        for device in (ann, bob):
            assert device.code("call.report", pc_state="connected", inbound_ok=True, **device.party()) == 0
        ann.good("call.ice", to_party="p2", neg=1, ufrag="u", candidates=[{"candidate": "c", "mid": "0"}], **ann.party())
        assert bob.event("call.ice")["candidates"] == [{"candidate": "c", "mid": "0"}]
        assert ann.code("call.invite", client_call_id=uuid.uuid4().hex, callee=[dan.uid], kind="audio") == 4503
        assert ann.good("call.hangup", reason="hangup", **ann.party())["state"] == "ended"
        assert bob.event("call.ended", call_id=call)["reason"] == "hangup"
    eventually(lambda: in_the_books(call) == (1, [[["1"]], [["2"]]]), "it is not in the books", 60)
    eve.good("call.hangup", reason="hangup", **eve.party())
    other = eve.call["call_id"]
    eventually(lambda: in_the_books(other) == (1, [[["1"]], [["2"]]]), "the other one is not in the books", 60)
    assert in_the_books(call) == (1, [[["1"]], [["2"]]]), "twice"


if __name__ == "__main__":
    sys.exit(run("store-away", globals()))
