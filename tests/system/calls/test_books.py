#!/usr/bin/env python3
"""kill -9 of a logic at each step of the end of a call (docs/calls.md, "In the books"): one message, one row of the call and one of each party,
one end and one message told to each device. A cluster on MariaDB with two logics; one of them has fault points. IM_TCP, IM_TCP2, IM_PUBLIC
(logic-1), IM_MARIADB (its folder), IM_RUN_DIR and IM_BIN come from the environment."""
import collections
import json
import os
import re
import sys
import time

import cluster
import mariadb
from load import instead
from peer import Device, person
from runner_of_cases import run
from wait import eventually

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
VICTIM = "logic-2"
PAIRS, MOST_CALLS = 4, 120
IN_THE_WRITE = "calls.rows_written"
AGAIN = 2.5  # what nobody confirmed is told again after 2 s

# Of the command that ends it, of the books, of the store, and of the message on its way to the devices.
POINTS = ("calls.before_end", "calls.end_untold", "calls.end_told", "calls.before_books", "calls.books_open", "calls.rows_written",
          "store.before_commit", "store.after_commit", "calls.in_books", "calls.books_told", "logic.before_produce", "logic.after_ack")


def counted(name):
    return sum(cluster.metric(cluster.port(router, "ops.port"), name) for router in cluster.names("router"))


def hits():
    """The points in the order in which they were hit."""
    with open(os.path.join(cluster.RUN, "log", VICTIM + ".log")) as file:
        return re.findall(r"fault point (\S+) hit", file.read())


def plan_of(point):
    """The steps of the store are everybody's: a mark shows that it was the call's write."""
    marks = [IN_THE_WRITE] if point.startswith("store.") else []
    return [*marks, point], ",".join([mark + ":skip" for mark in marks] + [point + ":kill"])


class Team:
    """Pairs who call each other; each device keeps all that it hears."""

    def __init__(self):
        self.pairs = [(Device(TCP, person(), "ann"), Device(TCP2, person(), "bob")) for _ in range(PAIRS)]
        self.calls, self.heard = {}, {device: [] for pair in self.pairs for device in pair}
        for ann, bob in self.pairs:
            ann.good("conv.open", to=bob.uid)

    def call(self):
        pair = ann, bob = self.pairs[len(self.calls) % PAIRS]
        call = ann.invite(bob.uid)["call_id"]
        bob.event("call.incoming", call_id=call)
        bob.accept(call)
        ann.event("call.accepted", call_id=call)
        for device in pair:
            device.report()
        ender = pair[len(self.calls) // PAIRS % 2]
        assert ender.good("call.hangup", reason="hangup", **ender.party())["state"] == "ended"
        self.calls[call] = pair

    def listen(self, seconds=0.05):
        for device, heard in self.heard.items():
            heard += device.drain(seconds)

    def told(self):
        """How often each device heard of the end, and which rows it heard of, by call."""
        ends, rows = collections.Counter(), collections.defaultdict(set)
        for device, heard in self.heard.items():
            for event in heard:
                if event["cmd"] == "call.ended":
                    ends[device, event["call_id"]] += 1
                elif event["cmd"] == "msg.new" and event["type"] == "call":
                    rows[device, json.loads(event["body"])["call_id"]].add((event["conv_id"], event["seq"]))
        return ends, rows

    def settled(self):
        self.listen()
        ends, rows = self.told()
        wanted = [(device, call) for call, pair in self.calls.items() for device in pair]
        return counted("im_router_calls_logged_total") == counted("im_router_calls_begun_total") and all(
            ends[one] and rows[one] for one in wanted)

    def wrongs(self):
        """What is not there exactly once."""
        eventually(self.settled, "an end was not told or not written", 180)  # a bound: a busy machine takes its time
        time.sleep(AGAIN)
        self.listen()
        ends, rows = self.told()
        wrong = ["%s heard %d ends and %d rows of %s" % (device.name, ends[device, call], len(rows[device, call]), call)
                 for call, pair in self.calls.items() for device in pair if ends[device, call] != 1 or len(rows[device, call]) != 1]
        messages = collections.Counter(json.loads(body)["call_id"] for body, in mariadb.rows("SELECT body FROM messages WHERE type = 'call'"))
        calls, parties = (collections.Counter("c" + rest for rest, in mariadb.rows("SELECT SUBSTRING(call_id, 2) FROM " + table))
                          for table in ("calls", "call_parties"))
        wrong += ["%s: %d messages, %d rows, %d of parties" % (call, messages[call], calls[call], parties[call])
                  for call in self.calls if (messages[call], calls[call], parties[call]) != (1, 1, 2)]
        return wrong


def killed_at(point, more=""):
    """What is wrong after a logic died at this point."""
    team, before = Team(), hits()
    wanted, plan = plan_of(point)
    with instead(VICTIM, fault=more + plan) as give_back:
        cluster.all_ready()
        while cluster.alive(cluster.pid(VICTIM)) and len(team.calls) < MOST_CALLS:
            team.call()
            team.listen()
        cluster.dead(VICTIM)
        give_back()
    cluster.all_ready()
    assert hits() == before + wanted, hits()
    wrong = team.wrongs()
    print("     %s: calls=%d wrong=%d" % (point, len(team.calls), len(wrong)), flush=True)
    for device in team.heard:
        device.close()
    return wrong


def each_call_is_in_the_books_once_wherever_a_logic_dies():
    wrong = {point: killed_at(point) for point in POINTS}
    assert not any(wrong.values()), wrong


def an_id_that_is_made_anew_is_found():
    """The check itself: with another id in the books at each try there are two messages."""
    wrong = killed_at("calls.in_books", more="calls.new_id:always,")
    assert any("2 messages" in one for one in wrong), wrong


if __name__ == "__main__":
    sys.exit(run("books of calls", globals()))
