#!/usr/bin/env python3
"""Calls between old pages and users with a newer client (docs/webim.md, I75 to I79). A cluster with accounts, two comets, no gap between a
page's messages, a ring of 25 s. IM_WEBIM, IM_TCP, IM_PUBLIC, IM_STORE, IM_RUN_DIR and IM_BIN come from the environment."""
import contextlib
import itertools
import json
import os
import sqlite3
import uuid

import cluster
from covers import covers
from pages import PORTS, PollPage, WsPage, fresh
from runner import run
from demo_page import Demo
from users import TCP, User
from wait import until_it_passes

TCP2 = cluster.port("comet-2", "tcp.port")
JOINS = ["webim-room"]
KINDS = itertools.cycle(("video", "audio", "screen"))


def of_call(said):
    return said["cmd"] == "fromMsg" and said.get("type") in ("video", "audio", "screen")


def page(kind=WsPage, port=PORTS[0], **how):
    return kind(port, name=fresh("p"), **how)


def say(old, user, data, kind="video", **more):
    old.say(cmd="message", channal=1, to=str(user.uid), type=kind, data=data, **{"from": old.fd, **more})


def asks(old, user, kind="video", room="r1"):
    say(old, user, "ask", kind, room=room)
    return user.event(lambda event: event["cmd"] == "call.incoming")


def words(old):
    """What it hears of calls, up to a line that is said now."""
    mark = fresh("mark")
    page().line(mark)
    return [said for said in old.until(lambda said: said.get("data") == mark, 60) if of_call(said)]


def hears(old, data, seconds=30):
    said = old.expect(of_call, seconds)
    assert said["data"] == data, said
    return said


def ended(user, reason, seconds=30):
    event = user.event(lambda event: event["cmd"] == "call.ended", seconds)
    assert event["reason"] == reason, event
    return event


def invite(user, old, caps=JOINS, **more):
    return user.ask("call.invite", client_call_id=uuid.uuid4().hex, callee=[old], kind="audio", caps=caps, **more)


def logged(user, peer):
    conv = user.ask("conv.open", to=peer)["conv_id"]

    def rows():
        found = [json.loads(row["body"]) for row in user.ask("sync", conv_id=conv)["messages"] if row["type"] == "call"]
        assert found, "not in the books yet"
        return found
    return until_it_passes(rows, 30)


def talking(old, user):
    ring = asks(old, user)
    mine = user.ask("call.accept", call_id=ring["call_id"], caps=JOINS)
    assert mine["ok"], mine
    hears(old, "ok")
    answer = user.ask("call.report", call_id=ring["call_id"], party_id=mine["party_id"], pc_state="connected", inbound_ok=True)
    assert answer["ok"], answer
    return ring["call_id"], mine["party_id"]


@covers("I75")
def an_ask_is_a_call():
    for kind, port in ((WsPage, PORTS[0]), (PollPage, PORTS[1])):
        old, user, media = page(kind, port), User(), next(KINDS)
        ring = asks(old, user, media, "room 7")
        uid = int(str(old.fd)[16:], 16) if isinstance(old.fd, str) else old.fd
        assert (ring["from"], ring["kind"], ring["room"], ring["caps"]) == (uid, media, "room 7", JOINS), ring
        mine = user.ask("call.accept", call_id=ring["call_id"], caps=["opus"] + JOINS)
        assert mine["ok"] and mine["room"] == "room 7", mine
        said = hears(old, "ok")
        assert (said["from"], said["to"], said["type"], said["channal"]) == (user.uid, old.fd, media, 1), said
        user.ask("call.report", call_id=ring["call_id"], party_id=mine["party_id"], pc_state="connected", inbound_ok=True)
        assert user.ask("call.look", call_id=ring["call_id"])["state"] == "active"
        assert user.ask("call.sdp", call_id=ring["call_id"], party_id=mine["party_id"], to_party="p1",
                        description={"type": "offer", "sdp": "v=0"})["code"] == 4405
        assert user.ask("call.hangup", call_id=ring["call_id"], party_id=mine["party_id"])["outcome"] == "answered"
        assert words(old) == [], "after the answer it hears of no end, and of no message of the books"
        assert [row["outcome"] for row in logged(user, uid)] == ["answered"]


@covers("I75")
def it_is_declined_or_given_up():
    old, user = page(), User()
    ring = asks(old, user)
    assert user.ask("call.reject", call_id=ring["call_id"])["ok"]
    said = hears(old, "gg")
    assert (said["from"], said["to"], said["type"]) == (user.uid, old.fd, "video"), said
    ring = asks(old, user, room="r2")
    say(old, user, "gg")
    ended(user, "cancelled")
    assert words(old) == [], "its own word"
    call, _ = talking(old, user)
    say(old, user, "gg")
    ended(user, "hangup")
    assert user.ask("call.look", call_id=call)["state"] == "ended"


@covers("I76")
def who_cannot_join_its_room():
    for caps in ([], ["vp8", "opus"]):
        old, user = page(), User()
        ring = asks(old, user)
        assert user.ask("call.accept", call_id=ring["call_id"], caps=caps)["code"] == 4406
        ended(user, "no_media")
        hears(old, "gg")
        assert words(old) == [], "once"
        assert [row["outcome"] for row in logged(user, old.fd)] == ["failed"]


@covers("I77")
def a_page_is_called():
    for kind, port in ((WsPage, PORTS[1]), (PollPage, PORTS[0])):
        old, user = page(kind, port), User()
        uid = int(str(old.fd)[16:], 16) if isinstance(old.fd, str) else old.fd
        begun = invite(user, uid, room="r9")
        assert begun["ok"], begun
        ask = hears(old, "ask")
        assert (ask["from"], ask["to"], ask["type"], ask["room"]) == (user.uid, old.fd, "audio", "r9"), ask
        say(old, user, "ok", "audio")
        taken = user.event(lambda event: event["cmd"] == "call.accepted")
        assert (taken["uid"], taken["room"], taken["caps"]) == (uid, "r9", JOINS), taken
        user.ask("call.report", call_id=begun["call_id"], party_id="p1", pc_state="connected", inbound_ok=True)
        assert user.ask("call.look", call_id=begun["call_id"])["state"] == "active"
        say(old, user, "gg", "audio")
        ended(user, "hangup")


@covers("I77")
def a_page_refuses_or_is_too_late():
    old, user = page(), User()
    assert invite(user, old.fd)["ok"]
    hears(old, "ask")
    say(old, user, "gg", "audio")
    ended(user, "rejected")
    begun = invite(user, old.fd)
    hears(old, "ask")
    assert user.ask("call.cancel", call_id=begun["call_id"], party_id=begun["party_id"])["ok"]
    assert words(old) == [], "nobody says \"refused\" to who is called"
    say(old, user, "ok", "audio")
    hears(old, "gg")


@covers("I77")
def who_cannot_call_a_page():
    old, user = page(), User()
    for caps in ([], ["opus"]):
        assert invite(user, old.fd, caps)["code"] == 4406
    assert words(old) == []
    left = page()
    left.leave()
    old.expect(lambda said: said["cmd"] == "offline" and said["fd"] == left.fd, 60)
    until_it_passes(lambda: expect_code(invite(user, left.fd), 4404), 60)
    assert user.ask("call.reject", call_id=asks(old, user)["call_id"])["ok"], "nothing is left of those that were refused"


def expect_code(answer, code):
    if answer["ok"]:  # it was not known yet that it has left
        raise AssertionError(answer)
    assert answer["code"] == code, answer


@covers("I78")
def a_page_that_leaves():
    old, user = page(), User()
    asks(old, user)
    old.leave()
    ended(user, "cancelled", 60)
    old = page()
    assert invite(user, old.fd)["ok"]
    hears(old, "ask")
    old.leave()
    ended(user, "peer_lost", 60)
    old = page()
    talking(old, user)
    old.leave()
    ended(user, "peer_lost", 60)
    assert [row["outcome"] for row in logged(user, old.fd)] == ["answered"]


@covers("I78")
def the_comet_of_a_page_dies_while_it_rings():
    old, user = page(port=PORTS[1]), User()
    asks(old, user)
    cluster.kill("comet-2")
    try:
        ended(user, "cancelled", 60)
    finally:
        cluster.start("comet-2")


@covers("I75")
def the_comet_of_a_user_dies_while_it_rings():
    old, user = page(), User(port=TCP2)
    asks(old, user)
    cluster.kill("comet-2")
    try:
        until_it_passes(lambda: user.again(TCP), 30)
        assert user.ask("call.accept", call_id=user.event(lambda event: event["cmd"] == "call.incoming")["call_id"], caps=JOINS)["ok"]
        hears(old, "ok")
    finally:
        cluster.start("comet-2")


@covers("I79")
def busy_blocked_and_not_there():
    old, other, third, user = page(), page(), page(), User()
    talking(other, user)
    say(old, user, "ask", room="r")
    hears(old, "gg")
    assert words(old) == [], "once"
    blocking, away = User(), User()
    with contextlib.closing(sqlite3.connect(os.environ["IM_STORE"], timeout=10)) as store, store:
        store.execute("INSERT INTO blocks (uid, peer, created_ms) VALUES (?, ?, 0)", (blocking.uid, old.fd))
    away.close()
    say(old, blocking, "ask", room="r")
    say(third, away, "ask", room="r")
    for waiting in (old, third):
        hears(waiting, "gg", 60)
    assert blocking.quiet(lambda event: event["cmd"].startswith("call.")), blocking.events


@covers("I79")
def an_ask_that_crosses_the_users_call():
    old, user = page(), User()
    begun = invite(user, old.fd, room="r1")
    hears(old, "ask")
    say(old, user, "ask", "audio", room="r2")
    assert words(old) == []
    assert user.ask("call.look", call_id=begun["call_id"])["state"] == "ringing"
    say(old, user, "ok", "audio")
    assert user.event(lambda event: event["cmd"] == "call.accepted")["room"] == "r1"


@covers("I79")
def bounds_and_strangers():
    old, other, user = page(), page(), User()
    for room in (None, "", "x" * 65, 7):
        say(old, user, "ask", room=room)
        assert old.error() == 102, room
    say(old, user, "ok")
    hears(old, "gg")
    say(old, user, "gg")
    for nobody in (999999999, 0, -1, "x", None):
        old.say(cmd="message", channal=1, to=nobody, type="video", data="ask", room="r")
    ring = asks(old, user)
    say(old, user, "ask", room="r2")  # again: the one call goes on
    say(other, user, "ok", room=ring["room"])  # of somebody else's call
    hears(other, "gg")
    say(other, user, "gg", room=ring["room"])
    assert words(other) == [] and words(old) == []
    assert user.ask("call.look", call_id=ring["call_id"])["state"] == "ringing"
    assert user.ask("call.reject", call_id=ring["call_id"])["ok"]
    hears(old, "gg")
    for _ in range(6):  # calls.pair_invites: 5 a minute
        say(other, user, "ask", room="r")
    hears(other, "gg")


@covers("I87")
def a_page_of_the_room_demo_is_in_no_lobby():
    """It asks nobody: nobody would hear of its end. From the first moment on, also while routers know little."""
    demo, listener, calling, user, mark = Demo(), page(), page(), User(), fresh("demo")
    for cmd, more in (("message", {"channal": 1, "to": str(user.uid), "type": "video", "data": "ask", "room": "r1"}), ("getOnline", {}),
                      ("message", {"channal": 1, "to": str(user.uid), "data": mark}), ("message", {"channal": 0, "data": mark}), ("getHistory", {})):
        demo.say(cmd=cmd, **more)
        assert demo.error() == 102, (cmd, more)
    demo.join(fresh("room"))
    ring = asks(calling, user, room="r2")  # what the demo said would have come before
    assert ring["room"] == "r2", ring
    assert user.quiet(lambda event: event["cmd"] in ("call.incoming", "msg.new")), user.events
    assert words(listener) == [] and mark not in str(listener.ask("getHistory"))


run("webim-calls", (an_ask_is_a_call, it_is_declined_or_given_up, who_cannot_join_its_room, a_page_is_called, a_page_refuses_or_is_too_late,
                    who_cannot_call_a_page, a_page_that_leaves, the_comet_of_a_page_dies_while_it_rings,
                    the_comet_of_a_user_dies_while_it_rings, busy_blocked_and_not_there, an_ask_that_crosses_the_users_call,
                    bounds_and_strangers, a_page_of_the_room_demo_is_in_no_lobby))
