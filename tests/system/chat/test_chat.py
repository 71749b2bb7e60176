#!/usr/bin/env python3
"""Chat end to end: two comets, one logic on SQLite. IM_TCP, IM_TCP2, IM_WS, IM_PUBLIC come from the environment."""
import json
import os
import sys
import traceback
import urllib.error
import urllib.request
import uuid

from im_client import ImClient, WsClient

TCP, TCP2, WS = (int(os.environ[name]) for name in ("IM_TCP", "IM_TCP2", "IM_WS"))
PUBLIC = os.environ["IM_PUBLIC"]


def http(cmd, uid, **fields):
    """(status, answer) of the same command over HTTP."""
    token = json.dumps({"mid": uid, "key": "http-%d" % uid})
    ask = urllib.request.Request("%s/v1/%s" % (PUBLIC, cmd), data=json.dumps(fields).encode(), method="POST",
                                 headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(ask, timeout=10) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def pair(first, second):
    """Two users with a row each, on two comets."""
    return ImClient(TCP, first, "phone"), ImClient(TCP2, second, "phone")


def known(*clients):
    """They have asked something, so they are users."""
    for client in clients:
        client.request("conv.list")


def unread(client, conv):
    return next((c["unread"] for c in client.request("sync.all")["conversations"] if c["conv_id"] == conv), None)


def commands_need_hello_and_hello_comes_once():
    late = ImClient(TCP, 5001, "phone", hello=False)
    assert late.code("sync.all") == 4409
    late.request("hello", device="phone")
    assert late.code("hello", device="phone") == 4409
    assert late.request("sync.all")["conversations"] == []


def what_is_wrong_is_said():
    client = ImClient(TCP, 5002, "phone")
    assert client.code("no.such") == 4405
    assert client.code("msg.send", to=5002, client_msg_id="a", body="to myself") == 4422
    assert client.code("msg.send", to=5003, client_msg_id="a") == 4422
    assert client.code("msg.send", to="x", client_msg_id="a", body="b") == 4422
    assert client.code("msg.send", to=999999, client_msg_id="a", body="b") == 4404
    assert client.code("msg.edit", msg_id="nonsense", body="b") == 4422
    assert client.code("sync", conv_id=1 << 40) == 4404
    client.link.send(100, b"{not json", seq=7)
    _, op, seq, body = client.link.receive()
    assert (op, seq, json.loads(body)["code"]) == (101, 7, 4400), body


def two_users_talk_and_the_senders_other_device_hears_it():
    alice, bob = pair(5010, 5011)
    tablet = ImClient(TCP2, 5010, "tablet", make=TcpOrWs)
    known(alice, bob)
    sent = alice.send_text("hello bob", to=5011)
    assert sent["seq"] == 1 and sent["msg_id"] == "%d:1" % sent["conv_id"]
    for hears in (bob, tablet):
        event = hears.event("msg.new", conv_id=sent["conv_id"])
        assert (event["seq"], event["prev_seq"], event["body"], event["sender"]) == (1, 0, "hello bob", 5010), event
    assert alice.no_event("msg.new"), "the sending connection hears of its own message"
    answer = bob.send_text("hello alice", to=5010)
    assert (answer["conv_id"], answer["seq"]) == (sent["conv_id"], 2)
    assert alice.event("msg.new")["body"] == "hello alice"


def TcpOrWs(_port):
    return WsClient(WS)


def the_same_client_msg_id_has_the_same_answer():
    alice, bob = pair(5020, 5021)
    known(alice, bob)
    number = str(uuid.uuid4())
    first = alice.send_text("once", client_msg_id=number, to=5021)
    again = alice.send_text("once", client_msg_id=number, to=5021)
    assert again["seq"] == first["seq"] and again["ts"] == first["ts"] and again["repeated"], again
    other_door = http("msg.send", 5020, to=5021, client_msg_id=number, body="once")
    assert other_door[0] == 200 and other_door[1]["seq"] == first["seq"], other_door
    assert len(bob.request("sync", conv_id=first["conv_id"])["messages"]) == 1


def history_unread_and_marks_are_equal_on_all_devices():
    alice, bob = pair(5030, 5031)
    tablet = ImClient(TCP, 5031, "tablet")
    known(alice, bob)
    conv = alice.send_text("1", to=5031)["conv_id"]
    for i in range(2, 6):
        alice.send_text(str(i), conv_id=conv)
    assert (unread(bob, conv), unread(tablet, conv), unread(alice, conv)) == (5, 5, 0)
    assert bob.request("read", conv_id=conv, seq=3)["unread"] == 2
    assert (unread(bob, conv), unread(tablet, conv)) == (2, 2)
    bob.request("read", conv_id=conv, seq=1)
    assert unread(tablet, conv) == 2, "a mark moved back"
    assert bob.code("read", conv_id=conv, seq=99) == 4422
    page = bob.request("history", conv_id=conv, limit=2)
    assert [m["body"] for m in page["messages"]] == ["5", "4"] and page["has_more"]
    page = bob.request("sync", conv_id=conv, after_seq=3)
    assert [m["body"] for m in page["messages"]] == ["4", "5"] and not page["has_more"]


def edits_recalls_and_reactions_have_a_number_and_are_told():
    alice, bob = pair(5040, 5041)
    known(alice, bob)
    sent = alice.send_text("draft", to=5041)
    conv = sent["conv_id"]
    bob.event("msg.new")
    assert alice.request("msg.edit", msg_id=sent["msg_id"], body="final")["seq"] == 2
    changed = bob.event("msg.changed")
    assert (changed["kind"], changed["of"], changed["body"], changed["seq"]) == ("edit", sent["msg_id"], "final", 2), changed
    assert bob.code("msg.edit", msg_id=sent["msg_id"], body="mine") == 4403
    assert bob.request("msg.react", msg_id=sent["msg_id"], emoji="\U0001F44D")["seq"] == 3
    assert alice.event("msg.changed", kind="reaction")["body"] == "\U0001F44D"
    assert alice.request("msg.recall", msg_id=sent["msg_id"])["seq"] == 4
    assert bob.event("msg.changed", kind="recall")["of"] == sent["msg_id"]
    rows = bob.request("sync", conv_id=conv)["messages"]
    assert [row["seq"] for row in rows] == [1, 2, 3, 4]
    assert rows[0]["recalled"] and "body" not in rows[0]
    assert unread(bob, conv) in (0, 1)


def who_is_no_member_learns_nothing():
    alice, bob = pair(5050, 5051)
    mallory = ImClient(TCP, 5052, "phone")
    known(alice, bob, mallory)
    sent = alice.send_text("secret", to=5051)
    conv, name = sent["conv_id"], sent["msg_id"]
    asks = [("sync", {"conv_id": conv}), ("history", {"conv_id": conv}), ("read", {"conv_id": conv, "seq": 1}),
            ("delivered", {"conv_id": conv, "seq": 1}), ("conv.mute", {"conv_id": conv}), ("readers", {"conv_id": conv, "seq": 1}),
            ("msg.send", {"conv_id": conv, "client_msg_id": "m", "body": "b"}), ("msg.edit", {"msg_id": name, "body": "b"}),
            ("msg.recall", {"msg_id": name}), ("msg.react", {"msg_id": name, "emoji": "\U0001F44D"}), ("msg.pin", {"msg_id": name}),
            ("msg.pins", {"conv_id": conv}), ("msg.reactions", {"conv_id": conv, "first_seq": 1, "last_seq": 1})]
    for cmd, fields in asks:
        assert mallory.code(cmd, **fields) == 4404, cmd
        status, answer = http(cmd, 5052, **fields)
        assert (status, answer["code"]) == (404, 4404), (cmd, answer)
        missing = dict(fields)
        missing.update({k: v + 777 for k, v in fields.items() if k == "conv_id"})
        if "msg_id" in missing:
            missing["msg_id"] = "%d:1" % (conv + 777)
        assert mallory.answer(cmd, **missing)["error"] == mallory.answer(cmd, **fields)["error"], cmd
    assert mallory.request("search", q="secret")["messages"] == []
    assert [m["body"] for m in bob.request("search", q="secret")["messages"]] == ["secret"]


CASES = [commands_need_hello_and_hello_comes_once, what_is_wrong_is_said, two_users_talk_and_the_senders_other_device_hears_it,
         the_same_client_msg_id_has_the_same_answer, history_unread_and_marks_are_equal_on_all_devices,
         edits_recalls_and_reactions_have_a_number_and_are_told, who_is_no_member_learns_nothing]


def main():
    failed = 0
    for case in CASES:
        try:
            case()
            print("ok   %s" % case.__name__.replace("_", " "))
        except Exception:
            failed += 1
            print("FAIL %s" % case.__name__.replace("_", " "))
            traceback.print_exc()
    print("chat: cases=%d failed=%d" % (len(CASES), failed))
    sys.exit(1 if failed else 0)


main()
