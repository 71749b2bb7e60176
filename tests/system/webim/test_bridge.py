#!/usr/bin/env python3
"""Old pages and newer clients in one lobby (docs/webim.md). Identity accounts; IM_WEBIM, IM_TCP, IM_PUBLIC come from the environment."""
import json
import os
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from covers import covers
from doors import OP_REQUEST, Connection, Http
from goim_client import TcpClient
from pages import PORTS, TURNS, PollPage, WsPage, fresh
from runner import run

TCP, PUBLIC = int(os.environ["IM_TCP"]), os.environ["IM_PUBLIC"]


class User(Connection):
    """With a newer client; keeps the events that come between answers."""

    def __init__(self, name=None, hello=True):
        self.name = name or fresh("user ")
        answer = Http(PUBLIC).ask("account.register", login=uuid.uuid4().hex[:16], password="correct horse", name=self.name)
        assert answer["ok"], answer
        self.uid, self.events = answer["uid"], []
        super().__init__(TcpClient, TCP, answer["token"].encode(), hello)

    def raw(self, body):
        self.seq += 1
        self.client.send(OP_REQUEST, body, seq=self.seq)
        while True:
            _, op, seq, got = self.client.receive()
            if op == 101 and seq == self.seq:
                return json.loads(got)
            if op == 102:
                self.events.append(json.loads(got))

    def event(self, wanted, seconds=60):
        end = time.monotonic() + seconds
        while True:
            while self.events:
                event = self.events.pop(0)
                if wanted(event):
                    return event
            self.client.sock.settimeout(max(0.01, end - time.monotonic()))
            _, op, _, got = self.client.receive()
            self.client.sock.settimeout(60)
            if op == 102:
                self.events.append(json.loads(got))


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
    caller = page()
    caller.say(cmd="message", channal=1, to=user.uid, type="video", data="ask", room="r", **{"from": caller.fd})
    refused = caller.expect(lambda said: said.get("type") == "video")
    assert (refused["data"], refused["from"], refused["to"]) == ("gg", user.uid, caller.fd), refused
    assert "call" in user.event(lambda event: event["cmd"] == "msg.new")["body"]
    mark = fresh("mark")
    page().line(mark)
    heard = old.until(lambda said: said.get("data") == mark)
    assert not [said for said in heard if said["cmd"] == "fromMsg" and said.get("channal") == 1], "it heard itself"


run("webim-bridge", (users_come_and_go_like_pages, lines_both_ways, a_private_message_to_a_page, private_words_to_a_user))
