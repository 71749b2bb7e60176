#!/usr/bin/env python3
"""The room demo (docs/room-demo.md) on two comets in turn. IM_WEBIM: their ports."""
import os

import cluster
from covers import covers
from demo_page import Demo
from goim_client import WsClient
from pages import PORTS, fresh
from runner import run
from wait import eventually


@covers("I82", "I84")
def three_come_one_after_the_other():
    room, first, second, third = fresh("room"), Demo(), Demo(), Demo()
    assert first.join(room) == {"event": "created", "id": first.id, "room": room, "peers": []}
    assert second.join(room)["peers"] == [{"id": first.id}]
    assert first.event("joined") == {"event": "joined", "id": second.id, "room": room}
    third.emit("createAndJoinRoom", room=room)
    heard = third.until(lambda said: said.get("event") == "created")
    assert [said["event"] for said in heard] == ["joined", "created"], heard
    assert heard[0]["id"] == heard[1]["id"] == third.id
    assert [peer["id"] for peer in heard[1]["peers"]] == [first.id, second.id]
    for page in (first, second):
        assert page.event("joined")["id"] == third.id
    assert not [said for said in first.heard_before_fence() if said.get("event") == "joined"]


@covers("I80", "I84")
def signals_go_to_one_page_as_they_are():
    room, first, second, third = fresh("room"), Demo(), Demo(), Demo()
    for page in (first, second, third):
        page.join(room)
    offer = {"from": first.id, "to": second.id, "room": room, "sdp": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n" + "a=x:y\r\n" * 500}
    first.emit("offer", **offer)
    assert second.event("offer") == {"event": "offer", **offer}
    second.emit("answer", **{"from": first.id, "to": first.id, "room": room, "sdp": "v=0"})  # who it is from says the server
    assert first.event("answer") == {"event": "answer", "from": second.id, "to": first.id, "room": room, "sdp": "v=0"}
    candidates = [{"sdpMid": "0", "sdpMLineIndex": 0, "sdp": "candidate:%d 1 udp 1 127.0.0.1 9 typ host" % i} for i in range(20)]
    for candidate in candidates:
        first.emit("candidate", **{"from": first.id, "to": second.id, "room": room, "candidate": candidate})
    assert [second.event("candidate")["candidate"] for _ in candidates] == candidates, "not in their order"
    assert not [said for said in third.heard_before_fence() if said.get("event") in ("offer", "answer", "candidate")]


@covers("I81", "I83")
def who_is_outside_reaches_nobody():
    room, other, first, second, outside = fresh("room"), fresh("other"), Demo(), Demo(), Demo()
    first.join(room)
    second.join(room)
    outside.join(other)
    for to in (first.id, second.id, "0", "x", None, {"a": 1}):
        for claimed in (room, other, "nowhere"):
            outside.emit("offer", **{"from": second.id, "to": to, "room": claimed, "sdp": "evil"})
    outside.emit("exit", **{"from": second.id, "room": room})
    outside.emit("leader", **{"from": second.id, "name": "evil", "room": room})
    assert not [said for said in outside.heard_before_fence() if said.get("event")]  # all of it has been dealt with
    for page in (first, second):
        assert not [said for said in page.heard_before_fence() if said.get("event") in ("offer", "exit", "leader")]
    first.emit("offer", **{"from": first.id, "to": second.id, "room": room, "sdp": "good"})
    assert second.event("offer")["sdp"] == "good", "it was thrown out"


@covers("I83", "I85")
def who_leaves_is_told_to_the_room_only():
    room, first, second, third, outside = fresh("room"), Demo(), Demo(), Demo(), Demo()
    outside.join(fresh("other"))
    for page in (first, second, third):
        page.join(room)
    second.emit("exit", **{"from": "forged", "room": room})
    for page in (first, third):
        assert page.event("exit") == {"event": "exit", "from": second.id, "room": room}
    third.socket.close()
    assert first.event("exit", 120) == {"event": "exit", "from": third.id, "room": "", "left": room}
    for page in (second, outside):
        assert not [said for said in page.heard_before_fence() if said.get("event") == "exit"]
    assert Demo().join(room)["peers"] == [{"id": first.id}]


def a_meeting_has_a_leader():
    room, first, second = fresh("room"), Demo(), Demo()
    created = first.join(room, name="Ann")
    info = {"leaderId": first.id, "leaderName": "Ann", "users": [first.id]}
    assert created == {"event": "created", "id": first.id, "room": room, "name": "Ann", "peers": [], "roomInfo": info}, created
    created = second.join(room, name="Bob")
    info["users"] = [first.id, second.id]
    assert created["peers"] == [{"id": first.id, "userInfo": {"name": "Ann"}}] and created["roomInfo"] == info, created
    assert first.event("joined")["name"] == "Bob"
    second.emit("leader", **{"from": "forged", "name": "Bob", "room": room})
    for page in (first, second):
        assert page.event("leader") == {"event": "leader", "from": second.id, "name": "Bob", "room": room,
                                        "roomInfo": {**info, "leaderId": second.id, "leaderName": "Bob"}}
    second.socket.close()
    assert first.event("exit", 120) == {"event": "exit", "from": second.id, "room": "", "left": room, "name": {"name": "Bob"}}


@covers("I86")
def what_is_wrong_is_said():
    page, room = Demo(), fresh("room")
    for event, payload, code in (("nothing", {"room": room}, 102), ("createAndJoinRoom", {}, 102), ("createAndJoinRoom", {"room": "r" * 101}, 102),
                                 ("createAndJoinRoom", {"room": 7}, 102), ("createAndJoinRoom", {"room": "a\nb"}, 102),
                                 ("createAndJoinRoom", {"room": room, "name": "n" * 101}, 102), ("offer", {}, 102), ("offer", {"room": room, "sdp": "s" * 65536}, 102)):
        page.emit(event, **payload)
        assert page.error() == code, (event, payload)
    for number in range(8):
        page.join(fresh("room"))
    page.emit("createAndJoinRoom", room=room)
    assert page.error() == 104
    assert Demo().join(room)["peers"] == []
    assert WsClient(PORTS[0], path="/rooms").status == 404


@covers("I85")
def who_leaves_at_once_stays_in_no_room():
    """Its end may be known before it stands in the room."""
    room, watcher = fresh("room"), Demo()
    watcher.join(room)
    for _ in range(40):
        page = Demo()
        page.emit("createAndJoinRoom", room=room)
        page.leave()
    eventually(lambda: Demo().join(room)["peers"] == [{"id": watcher.id}], "pages that have gone are still in the room", 30, 1)


@covers("I85")
def a_killed_comet_is_an_exit():
    room, first, second = fresh("room"), Demo(PORTS[1]), Demo(PORTS[0])
    first.join(room)
    second.join(room)
    cluster.kill("comet-1")
    assert first.event("exit", 120)["from"] == second.id
    cluster.start("comet-1")


if __name__ == "__main__":
    cases = [three_come_one_after_the_other, signals_go_to_one_page_as_they_are, who_is_outside_reaches_nobody,
             who_leaves_is_told_to_the_room_only, a_meeting_has_a_leader, who_leaves_at_once_stays_in_no_room, what_is_wrong_is_said]
    run("room demo", cases + ([a_killed_comet_is_an_exit] if os.environ.get("IM_RUN_DIR") else []))
