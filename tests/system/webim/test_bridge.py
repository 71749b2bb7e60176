#!/usr/bin/env python3
"""Old pages and newer clients in one lobby (docs/webim.md). Identity accounts; IM_WEBIM, IM_TCP, IM_PUBLIC come from the environment."""
import json
import random
import uuid

from covers import covers
from demo_page import Demo
from pages import PORTS, TURNS, PollPage, WsPage, fresh
from runner import run
from users import User
from wait import eventually

def page(kind=WsPage, **how):
    return kind(PORTS[next(TURNS) % len(PORTS)], **how)


@covers("I70")
def users_come_and_go_like_pages():
    old, user = page(name="<b>old</b> & co"), User("A & <B>")
    answer = user.ask("lobby.enter")
    assert answer["ok"] and {"uid": old.fd, "name": "old & co", "avatar": "/a.png"} in answer["people"], answer
    came = old.expect(lambda said: said["cmd"] == "newUser" and said["fd"] == user.uid)
    assert came["name"] == "A &amp; &lt;B&gt;", came
    assert user.uid in old.ask("getOnline")["users"]
    assert user.ask("lobby.enter")["ok"], "a second time is none"
    assert user.ask("lobby.leave")["ok"]
    old.expect(lambda said: said["cmd"] == "offline" and said["fd"] == user.uid)
    assert user.ask("lobby.enter")["ok"]
    old.expect(lambda said: said["cmd"] == "newUser" and said["fd"] == user.uid)
    user.close()
    old.expect(lambda said: said["cmd"] == "offline" and said["fd"] == user.uid, 120)


@covers("I70")
def who_comes_back_without_entering_has_gone():
    old, user, tablet = page(), User(), None
    assert user.ask("lobby.enter")["ok"]
    old.expect(lambda said: said["cmd"] == "newUser" and said["fd"] == user.uid)
    tablet = user.another()
    assert tablet.ask("lobby.enter")["ok"]
    user.close()
    user.again(user.port)
    assert tablet.ask("lobby.send", body=fresh("here "))["ok"]
    assert user.uid in old.ask("getOnline")["users"], "the tablet is in the lobby"
    tablet.close()
    old.expect(lambda said: said["cmd"] == "offline" and said["fd"] == user.uid, 120)
    eventually(lambda: user.uid not in old.ask("getOnline")["users"], "still in the list")  # first it is told, then it goes
    assert user.ask("lobby.enter")["ok"]
    old.expect(lambda said: said["cmd"] == "newUser" and said["fd"] == user.uid)


@covers("I71", "I72")
def lines_both_ways():
    old, user, silent = page(PollPage, name=fresh("o")), User(), User(hello=False)
    assert user.ask("lobby.enter")["ok"]
    text = fresh("say ")
    old.line(text + "&nbsp;&lt;i&gt;")
    line = user.event(lambda event: event["cmd"] == "lobby.line" and event["name"] == old.name)
    assert line["body"] == text + " <i>" and line["type"] == "text" and line["prev_seq"] == line["seq"] - 1, line
    assert user.ask("lobby.send", body="a < b & " + text)["ok"]
    heard = old.heard_line("a &lt; b &amp; " + text)
    assert (heard["from"], heard["channal"], heard["type"]) == (user.uid, 0, "text"), heard
    last = user.ask("lobby.history", limit=1)["lines"][0]
    assert last["msg"]["data"] == "a &lt; b &amp; " + text and last["user"]["name"] == user.name, last
    assert user.ask("lobby.send", body="x" * 1025)["code"] in (4413, 4422)
    second = page(name=fresh("s"))
    user.event(lambda event: event["cmd"] == "lobby.came" and event["name"] == second.name)
    second.leave()
    user.event(lambda event: event["cmd"] == "lobby.went" and event["name"] == second.name, 120)
    assert silent.ask("lobby.enter")["code"] == 4409


@covers("I71")
def lines_are_for_those_who_said_hello():
    """Two clients of goim v2 in the lobby's room, by op 12."""
    knows, silent = User(), User(hello=False)
    for user in (knows, silent):
        user.client.send(12, b"webim://lobby", seq=99)
        while user.client.receive()[1] != 13:
            pass
    for text in (fresh("one"), fresh("two")):
        page().line(text)
        assert knows.event(lambda event: event["cmd"] == "lobby.line" and event["body"] == text)
    silent.client.send(2, b"", seq=100)
    heard = []
    while (op := silent.client.receive()[1]) != 3:
        heard.append(op)
    assert not heard, heard


@covers("I72")
def the_lobby_has_one_door():
    """What stands in a row of the lobby is what pages draw: nobody writes one as a message."""
    old, user = page(), User()
    conv = user.ask("lobby.enter")["conv_id"]
    forged = json.dumps({"cmd": "message", "from": old.fd, "name": old.name, "channal": 0, "data": "<b>forged</b>"})
    assert user.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, body=forged)["code"] == 4403
    text = fresh("mine ")
    assert user.ask("lobby.send", body=text)["ok"]
    mine = user.ask("history", conv_id=conv, limit=1)["messages"][0]["msg_id"]
    for cmd, fields in (("msg.edit", {"body": forged}), ("msg.recall", {}), ("msg.react", {"emoji": "\U0001F44D"})):
        assert user.ask(cmd, msg_id=mine, **fields)["code"] == 4403, cmd
    sent = user.ask("msg.send", to=old.fd, client_msg_id=uuid.uuid4().hex, body=forged)
    assert user.ask("msg.forward", msg_id=sent["msg_id"], conv_id=conv, client_msg_id=uuid.uuid4().hex)["code"] == 4403
    last = user.ask("lobby.history", limit=1)["lines"][0]["msg"]
    assert (last["data"], last["from"]) == (text, user.uid), last


@covers("I73")
def a_private_message_to_a_page():
    old, user = page(), User()
    text = fresh("psst ")
    sent = user.ask("msg.send", to=old.fd, client_msg_id=uuid.uuid4().hex, body="<" + text + ">")
    assert sent["ok"], sent
    heard = old.heard_line("&lt;" + text + "&gt;")
    assert (heard["from"], heard["channal"], heard["type"]) == (user.uid, 1, "text"), heard


@covers("I74")
def private_words_to_a_user():
    old, user = page(), User()
    text = fresh("hi ")
    old.say(cmd="message", channal=1, to=str(user.uid), type="text", data=text + "&nbsp;!", **{"from": old.fd})
    event = user.event(lambda event: event["cmd"] == "msg.new")
    assert (event["sender"], event["body"], event["type"]) == (old.fd, text + " !", "text"), event
    kept = user.ask("history", conv_id=event["conv_id"])["messages"]
    assert [row["body"] for row in kept] == [text + " !"], kept
    mark = fresh("mark")
    page().line(mark)
    heard = old.until(lambda said: said.get("data") == mark)
    assert not [said for said in heard if said["cmd"] == "fromMsg" and said.get("channal") == 1], "it heard itself"


@covers("I88")
def a_room_of_the_demo_is_no_meeting():
    """The same number: each place has its own people, before and after the other one is there."""
    number = str(random.randrange(10**8, 10**9))
    first, second, user, other = Demo(), Demo(), User(), User()
    first.join(number, name="first")
    mine = user.ask("call.join", meeting_no=number, kind="video")
    assert mine["ok"] and [one["uid"] for one in mine["members"]] == [user.uid], mine
    assert [one["id"] for one in second.join(number, name="second")["peers"]] == [first.id]
    assert first.event("joined")["id"] == second.id
    theirs = other.ask("call.join", meeting_no=number, kind="video")
    assert [one["uid"] for one in theirs["members"]] == [user.uid, other.uid], theirs
    second.emit("offer", **{"from": second.id, "to": str(user.uid), "room": number, "sdp": "v=0"})
    second.emit("exit", **{"from": second.id, "room": number})
    assert first.event("exit")["from"] == second.id
    assert first.heard_before_fence() == [], "of users it hears nothing"
    assert other.ask("call.leave", call_id=mine["call_id"], party_id=theirs["party_id"])["ok"]
    members = []
    while members != [user.uid]:  # a list may come twice
        members = [one["uid"] for one in user.event(lambda event: event["cmd"] in ("call.members", "call.sdp"))["members"]]
        assert set(members) <= {user.uid, other.uid}, members
    assert user.quiet(lambda event: event["cmd"] == "call.sdp"), user.events
    assert first.heard_before_fence() == []


run("webim-bridge", (users_come_and_go_like_pages, who_comes_back_without_entering_has_gone, lines_both_ways, lines_are_for_those_who_said_hello, the_lobby_has_one_door,
                     a_private_message_to_a_page, private_words_to_a_user, a_room_of_the_demo_is_no_meeting))
