#!/usr/bin/env python3
"""What a stranger's client does who has read docs/chat.md. A cluster with identity accounts and a store; IM_TCP, IM_TCP2, IM_PUBLIC."""
import json
import os
import sys
import uuid

from page_client import PageClient, Refused, http
from runner_of_cases import run

TCP, TCP2, PUBLIC = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"]), os.environ["IM_PUBLIC"]


def person(port):
    login = "p" + uuid.uuid4().hex[:12]
    http(PUBLIC, "account.register", login=login, password="correct horse")
    client = PageClient(PUBLIC, port, login, "correct horse")
    client.connect()
    return client


def texts(client, conv):
    return [client.rows[conv][seq].get("body") for seq in sorted(client.rows[conv])]


def login_and_send():
    ann, bob = person(TCP), person(TCP2)
    conv = ann.send("hello", to=bob.uid)["conv_id"]
    bob.wait_for(lambda: bob.mark(conv) == 1)
    bob.send("hello yourself", conv_id=conv)
    ann.wait_for(lambda: ann.mark(conv) == 2)
    assert texts(ann, conv) == texts(bob, conv) == ["hello", "hello yourself"]


def sync_after_a_cut():
    ann, bob = person(TCP), person(TCP2)
    conv = ann.send("1", to=bob.uid)["conv_id"]
    bob.wait_for(lambda: bob.mark(conv) == 1)
    bob.cut()
    for number in range(2, 300):
        ann.ask("msg.send", conv_id=conv, client_msg_id=str(number), body=str(number))
    bob.connect()
    assert sorted(bob.rows[conv]) == list(range(1, 300))
    assert texts(bob, conv) == [str(number) for number in range(1, 300)]


def a_send_without_an_answer_is_sent_again():
    ann, bob = person(TCP), person(TCP2)
    conv = ann.send("1", to=bob.uid)["conv_id"]
    fields = {"conv_id": conv, "client_msg_id": "k", "body": "2"}
    first = ann.ask("msg.send", **fields)
    ann.cut()
    ann.connect()
    again = ann.ask("msg.send", **fields)
    assert (first["msg_id"], first["seq"], first["ts"]) == (again["msg_id"], again["seq"], again["ts"])
    bob.wait_for(lambda: bob.mark(conv) >= 2)
    bob.sync(conv)
    assert texts(bob, conv) == ["1", "2"]


def recall_and_receipts():
    ann, bob = person(TCP), person(TCP2)
    sent = ann.send("oops", to=bob.uid)
    conv = sent["conv_id"]
    bob.wait_for(lambda: bob.mark(conv) == 1)
    try:
        bob.ask("msg.recall", msg_id=sent["msg_id"])
        raise AssertionError("a message of somebody else was recalled")
    except Refused as refused:
        assert refused.code == 4403
    ann.ask("msg.recall", msg_id=sent["msg_id"])
    bob.wait_for(lambda: bob.mark(conv) == 2)
    assert bob.rows[conv][2]["ref_seq"] == 1
    assert bob.ask("history", conv_id=conv)["messages"][-1]["recalled"] is True
    assert bob.ask("read", conv_id=conv, seq=2)["unread"] == 0
    ann.wait_for(lambda: any(event["cmd"] == "read" and event["read_seq"] == 2 for event in ann.others))
    readers = ann.ask("readers", conv_id=conv, seq=2)["readers"]
    assert {"uid": bob.uid, "read_seq": 2} in readers, readers


def a_group_of_three():
    ann, bob, eve = person(TCP), person(TCP2), person(TCP)

    def hears(client, what):
        client.wait_for(lambda: any(event["cmd"] == "group" and event["event"] == what for event in client.others))

    def has(client, seq):
        client.wait_for(lambda: client.mark(conv) >= seq)
    conv = ann.ask("group.create", name="Team", members=[bob.uid])["conv_id"]
    ann.sync(conv)
    hears(bob, "create")
    ann.send("hello all", conv_id=conv)
    has(bob, 2)
    bob.ask("group.invite", conv_id=conv, uids=[eve.uid])
    hears(eve, "invite")
    eve.sync(conv)
    eve.send("here I am", conv_id=conv)
    for client in (ann, bob):
        has(client, 4)
        assert texts(client, conv)[1::2] == ["hello all", "here I am"], texts(client, conv)
    assert sorted(eve.rows[conv]) == [3, 4], "what was before her is not hers"
    ann.ask("group.kick", conv_id=conv, uid=eve.uid)
    hears(eve, "kick")
    try:
        eve.send("still here", conv_id=conv)
        raise AssertionError("who was sent away speaks")
    except Refused as refused:
        assert refused.code == 4404
    has(bob, 5)
    assert json.loads(bob.rows[conv][5]["body"])["event"] == "kick"
    assert bob.ask("read", conv_id=conv, seq=5)["unread"] == 0


if __name__ == "__main__":
    sys.exit(run("page client", globals()))
