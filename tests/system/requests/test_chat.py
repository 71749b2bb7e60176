#!/usr/bin/env python3
"""Chat commands from end to end (docs/requests.md, docs/chat.md). A cluster with identity accounts and a store. IM_PUBLIC comes from the
environment."""
import os
import sys
import uuid

from doors import Http
from runner_of_cases import run

PUBLIC = os.environ["IM_PUBLIC"]


def user():
    answer = Http(PUBLIC).ask("account.register", login="c" + uuid.uuid4().hex[:12], password="correct horse")
    assert answer["ok"], answer
    door = Http(PUBLIC, answer["token"])
    door.uid = answer["uid"]
    return door


def send(door, text, key=None, **to):
    answer = door.ask("msg.send", client_msg_id=key or uuid.uuid4().hex, body=text, **to)
    assert answer["ok"], answer
    return answer


def code(answer):
    return 0 if answer["ok"] else answer["code"]


def unread(door, conv):
    lines = [line for line in door.ask("sync.all")["conversations"] if line["conv_id"] == conv]
    return lines[0]["unread"] if lines else None


def two_people_talk():
    ann, bob = user(), user()
    first = send(ann, "hello", to=bob.uid)
    conv = first["conv_id"]
    assert (first["seq"], first["msg_id"]) == (1, "%d:1" % conv), first
    assert send(bob, "hello yourself", conv_id=conv)["seq"] == 2
    for door in (ann, bob):
        page = door.ask("sync", conv_id=conv)
        assert [(m["seq"], m["sender"], m["body"]) for m in page["messages"]] == \
            [(1, ann.uid, "hello"), (2, bob.uid, "hello yourself")], page
        assert (page["has_more"], page["last_seq"]) == (False, 2)
    assert [m["seq"] for m in ann.ask("sync", conv_id=conv, after_seq=1)["messages"]] == [2]
    assert [m["seq"] for m in ann.ask("history", conv_id=conv, before_seq=2)["messages"]] == [1]


def a_repeated_send_is_one_message():
    ann, bob = user(), user()
    first = send(ann, "once", key="k1", to=bob.uid)
    again = send(ann, "once", key="k1", to=bob.uid)
    assert (again["msg_id"], again["ts"]) == (first["msg_id"], first["ts"]), (first, again)
    assert len(ann.ask("sync", conv_id=first["conv_id"])["messages"]) == 1


def unread_counts_and_marks():
    ann, bob = user(), user()
    conv = send(ann, "1", to=bob.uid)["conv_id"]
    send(ann, "2", conv_id=conv)
    assert (unread(ann, conv), unread(bob, conv)) == (0, 2)
    assert bob.ask("read", conv_id=conv, seq=1)["unread"] == 1
    assert bob.ask("read", conv_id=conv, seq=2)["unread"] == 0
    assert code(bob.ask("read", conv_id=conv, seq=99)) == 4422
    assert unread(bob, conv) == 0


def conversations_are_listed_with_their_settings():
    ann, bob, eve = user(), user(), user()
    conv = send(ann, "1", to=bob.uid)["conv_id"]
    send(ann, "2", to=eve.uid)
    assert ann.ask("conv.pin", conv_id=conv)["ok"] and ann.ask("conv.mute", conv_id=conv)["ok"]
    listed = ann.ask("conv.list")["conversations"]
    assert [line["peer"] for line in listed] == [bob.uid, eve.uid], listed
    one = ann.ask("conv.get", conv_id=conv)
    assert {name: one[name] for name in listed[0]} == listed[0], (one, listed)
    assert (one["pinned"], one["silent"], one["unread"], bob.ask("conv.get", conv_id=conv)["unread"]) == (True, True, 0, 1)
    assert code(eve.ask("conv.get", conv_id=conv)) == 4404


def edits_recalls_and_reactions():
    ann, bob = user(), user()
    sent = send(ann, "tpyo", to=bob.uid)
    assert ann.ask("msg.edit", msg_id=sent["msg_id"], body="typo")["ok"]
    assert code(bob.ask("msg.edit", msg_id=sent["msg_id"], body="mine")) == 4403
    assert bob.ask("msg.react", msg_id=sent["msg_id"], emoji="\U0001F44D")["ok"]
    assert ann.ask("history", conv_id=sent["conv_id"])["messages"][-1]["body"] == "typo"
    assert ann.ask("msg.recall", msg_id=sent["msg_id"])["ok"]
    rows = bob.ask("sync", conv_id=sent["conv_id"])["messages"]
    assert rows[0]["recalled"] is True and rows[0]["body"] == "", rows
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))


def strangers_learn_nothing():
    ann, bob, eve = user(), user(), user()
    sent = send(ann, "between us", to=bob.uid)
    conv, msg = sent["conv_id"], sent["msg_id"]
    for cmd, fields in (("sync", {"conv_id": conv}), ("history", {"conv_id": conv}), ("read", {"conv_id": conv, "seq": 1}),
                        ("msg.send", {"conv_id": conv, "client_msg_id": "x", "body": "x"}),
                        ("msg.edit", {"msg_id": msg, "body": "x"}), ("msg.recall", {"msg_id": msg}),
                        ("msg.react", {"msg_id": msg, "emoji": "\U0001F44D"}), ("conv.mute", {"conv_id": conv}),
                        ("delivered", {"conv_id": conv, "seq": 1}), ("typing", {"conv_id": conv}), ("readers", {"conv_id": conv, "seq": 1})):
        answer = eve.ask(cmd, **fields)
        nothing = eve.ask(cmd, **{**fields, **({"conv_id": 999999} if "conv_id" in fields else {"msg_id": "999999:1"})})
        assert code(answer) == 4404 == code(nothing) and answer["error"] == nothing["error"], (cmd, answer, nothing)
    assert eve.ask("search", q="between")["messages"] == []
    assert eve.ask("sync.all")["conversations"] == []
    assert [m["msg_id"] for m in bob.ask("search", q="between")["messages"]] == [msg]


def a_search_may_be_of_one_type():
    ann, bob = user(), user()
    conv = send(ann, "the plan", to=bob.uid)["conv_id"]
    assert ann.ask("msg.send", conv_id=conv, client_msg_id="link", type="link", body="https://plan.example/")["ok"]

    def found(**fields):
        return sorted(m["seq"] for m in bob.ask("search", q="plan", **fields)["messages"])
    assert (found(), found(type="text"), found(type="link"), found(type="file")) == ([1, 2], [1], [2], [])
    assert code(bob.ask("search", q="plan", type="nonsense")) == 4422
    assert code(bob.ask("search", q="plan", type=7)) == 4422


def bad_values_store_nothing():
    ann, bob = user(), user()
    for fields in ({}, {"to": bob.uid}, {"to": bob.uid, "client_msg_id": "x"}, {"to": bob.uid, "client_msg_id": "x", "body": 7},
                   {"to": "bob", "client_msg_id": "x", "body": "x"}, {"to": -1, "client_msg_id": "x", "body": "x"},
                   {"to": bob.uid, "conv_id": 1, "client_msg_id": "x", "body": "x"},
                   {"to": bob.uid, "client_msg_id": "x", "body": "x" * 20000},
                   {"to": bob.uid, "client_msg_id": "x", "body": "x", "type": "system"},
                   {"to": bob.uid, "client_msg_id": "x", "body": "x", "mentions": list(range(1, 100))}):
        assert code(ann.ask("msg.send", **fields)) == 4422, fields
    assert code(ann.ask("msg.send", to=10**12, client_msg_id="x", body="x")) == 4404
    for wrong in ("", "1", "1:", ":1", "1:0", "-1:1", "1:1:1", "99999999999999999999:1"):
        assert code(ann.ask("msg.recall", msg_id=wrong)) == 4422, wrong
    assert code(ann.ask("sync", conv_id=1, limit=10000)) == 4422
    assert code(ann.ask("sync.all", marks={"x": 1})) == 4422
    assert ann.ask("sync.all")["conversations"] == []


def what_is_no_emoji_is_refused():
    ann, bob = user(), user()
    msg = send(ann, "x", to=bob.uid)["msg_id"]
    for emoji in ("", "a", "1", "<b>", "\U0001F44D" * 20, "\u202e\U0001F44D", "\U0001F44D'; DROP TABLE reactions", "\n", 7, None, ["\U0001F44D"]):
        assert code(bob.ask("msg.react", msg_id=msg, emoji=emoji)) == 4422, emoji
    status, _, answer = bob.raw("msg.react", b'{"msg_id":"%s","emoji":"\xf0\x9f"}' % msg.encode())
    assert (status, answer["code"]) == (400, 4400), answer
    status, _, answer = bob.raw("msg.react", b'{"msg_id":"%s","emoji":"\\ud83d"}' % msg.encode())
    assert (status, answer["code"]) == (400, 4400), answer
    rows = ann.ask("sync", conv_id=int(msg.split(":")[0]))["messages"]
    assert [row["kind"] for row in rows] == ["message"], rows


def times_and_numbers_of_clients_are_not_believed():
    ann, bob = user(), user()
    sent = send(ann, "x", to=bob.uid, ts=1, seq=99, epoch="0", edited_ts=5)
    assert sent["seq"] == 1 and sent["ts"] > 1700000000000, sent
    conv = sent["conv_id"]
    for wrong in (-1, 2**63, 1e18, "now", 0.5):
        assert code(ann.ask("sync.all", since_ts=wrong)) in (4400, 4422), wrong
    assert ann.ask("sync.all", since_ts=9 * 10**15)["conversations"] == []
    assert code(bob.ask("read", conv_id=conv, seq=2)) == 4422 == code(bob.ask("delivered", conv_id=conv, seq=10**15))
    assert code(bob.ask("msg.send", conv_id=conv, client_msg_id="y", body="y", reply_to=2)) == 4422
    assert code(bob.ask("msg.recall", msg_id="%d:2" % conv)) == 4404
    later = bob.ask("sync", conv_id=conv, after_seq=10**15)
    assert (later["messages"], later["last_seq"]) == ([], 1), later
    assert unread(bob, conv) == 1


def sql_in_a_text_is_a_text():
    ann, bob = user(), user()
    bad = ["'; DROP TABLE messages; --", '" OR 1=1 --', "%_\\", "a\\' UNION SELECT hash FROM credentials --", "?:p1", "/*!50000 x*/"]
    for text in bad:
        sent = send(ann, text, key=text, to=bob.uid)
        assert send(ann, text, key=text, to=bob.uid)["seq"] == sent["seq"]
        assert [m["body"] for m in bob.ask("search", q=text)["messages"]] == [text], text
    conv = sent["conv_id"]
    assert [m["body"] for m in bob.ask("sync", conv_id=conv)["messages"]] == bad
    assert Http(PUBLIC).ask("account.login", login="' OR '1'='1", password="x")["code"] in (4401, 4422)
    group = ann.ask("group.create", name=bad[0], members=[bob.uid])
    assert group["ok"] and bob.ask("group.info", conv_id=group["conv_id"])["name"] == bad[0]


def ten_thousand_members_in_one_call_are_refused():
    ann = user()
    many = list(range(1, 10001))
    group = ann.ask("group.create", name="x")
    for cmd, fields in (("group.create", {"name": "x", "members": many}), ("group.invite", {"conv_id": group["conv_id"], "uids": many}),
                        ("presence.sub", {"uids": many})):
        assert code(ann.ask(cmd, **fields)) == 4422, cmd
    assert ann.ask("group.info", conv_id=group["conv_id"])["members"] == 1


def the_sender_is_who_the_token_says():
    ann, bob = user(), user()
    sent = send(ann, "x", to=bob.uid, sender=bob.uid, uid=bob.uid)
    assert bob.ask("sync", conv_id=sent["conv_id"])["messages"][0]["sender"] == ann.uid


if __name__ == "__main__":
    sys.exit(run("chat", globals()))
