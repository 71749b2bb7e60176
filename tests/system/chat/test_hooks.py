#!/usr/bin/env python3
"""The operator's service (docs/hooks.md), played by this file: what it hears and what it is asked. A cluster with identity accounts, a store
and hooks to IM_HOOK_PORT, whose secret is in IM_HOOK_SECRET; IM_TCP, IM_PUBLIC come from the environment."""
import os
import sys

from device import Device, person, public
from doors import Http
from hook_service import Service
from runner_of_cases import run

TCP = int(os.environ["IM_TCP"])
SERVICE = Service(int(os.environ["IM_HOOK_PORT"]), os.environ["IM_HOOK_SECRET"])


def account():
    login = person()
    answer = Http(public()).ask("account.login", login=login, password="correct horse", device="web")
    door = Http(public(), answer["token"])
    door.uid, door.login = answer["uid"], login
    return door


def send(door, body, **where):
    return door.ask("msg.send", client_msg_id=os.urandom(8).hex(), body=body, **where)


def a_message_to_who_is_offline_is_told_once():
    ann, bob = account(), account()
    first = send(ann, "one", to=bob.uid)
    send(ann, "two", conv_id=first["conv_id"])
    told = SERVICE.wait("push.offline", uid=bob.uid, seq=2)
    assert len(told) == 1 and told[0]["badge"] == 2 and told[0]["sender"] == ann.uid and "body" not in told[0], told
    assert SERVICE.wait("push.offline", uid=bob.uid, seq=1)[0]["msg_id"] == first["msg_id"]
    device = Device(TCP, bob.login)
    SERVICE.wait("user.connect", uid=bob.uid)
    send(ann, "three", conv_id=first["conv_id"])
    device.event("msg.new", seq=3)
    eve = account()
    later = send(ann, "four", to=eve.uid)
    SERVICE.wait("push.offline", uid=eve.uid, msg_id=later["msg_id"])
    assert not [one for one in SERVICE.tried if one.get("uid") == bob.uid and one.get("seq") == 3]
    ids = [one["id"] for one in SERVICE.heard]
    assert len(ids) == len(set(ids)), "told twice"


def a_service_that_fails_is_asked_again():
    ann, bob = account(), account()
    SERVICE.failures["push.offline"] = 2
    sent = send(ann, "stubborn", to=bob.uid)
    SERVICE.wait("push.offline", uid=bob.uid, msg_id=sent["msg_id"])
    tries = [one for one in SERVICE.tried if one.get("uid") == bob.uid and one["event"] == "push.offline"]
    assert len(tries) == 3 and len({one["id"] for one in tries}) == 1, tries


def who_comes_and_goes_is_told():
    ann = account()
    device = Device(TCP, ann.login)
    SERVICE.wait("user.connect", uid=ann.uid)
    tablet = Device(TCP, ann.login)
    tablet.close()
    device.close()
    SERVICE.wait("user.disconnect", uid=ann.uid)
    assert len(SERVICE.wait("user.connect", uid=ann.uid)) == 1
    again = Device(TCP, ann.login)
    with SERVICE.changed:
        assert SERVICE.changed.wait_for(
            lambda: len([1 for one in SERVICE.heard if one["event"] == "user.connect" and one["uid"] == ann.uid]) == 2, 60)
    again.close()


def texts_are_checked_before_they_are_kept():
    ann, bob = account(), account()
    conv = send(ann, "hello", to=bob.uid)["conv_id"]
    refused = send(ann, "spam", conv_id=conv)
    assert refused == {"ok": False, "code": 4403, "error": "the message is not allowed here"}, refused
    sent = send(ann, "damn", conv_id=conv)
    assert ann.ask("msg.edit", msg_id=sent["msg_id"], body="spam")["code"] == 4403
    assert send(ann, "hang", conv_id=conv)["ok"] and send(ann, "nonsense", conv_id=conv)["ok"]  # the default
    assert [row["body"] for row in bob.ask("sync", conv_id=conv)["messages"]] == ["hello", "d***", "hang", "nonsense"]


def no_text_comes_by_another_way():
    ann, bob = account(), account()
    conv = send(bob, "hello", to=ann.uid)["conv_id"]
    sent = send(bob, "fine today", conv_id=conv)
    SERVICE.bad.add("fine today")
    assert ann.ask("msg.forward", msg_id=sent["msg_id"], conv_id=conv, client_msg_id=os.urandom(8).hex())["code"] == 4403
    group = ann.ask("group.create", name="damn", members=[bob.uid])["conv_id"]
    assert ann.ask("group.info", conv_id=group)["name"] == "d***"
    for cmd, fields in (("group.create", {"name": "spam"}), ("group.rename", {"conv_id": group, "name": "spam"}),
                        ("group.announce", {"conv_id": group, "text": "spam"}), ("contact.add", {"uid": bob.uid, "greeting": "spam"})):
        assert ann.ask(cmd, **fields)["code"] == 4403, cmd
    assert ann.ask("contact.add", uid=bob.uid, greeting="damn")["ok"]
    assert [one["greeting"] for one in bob.ask("contact.list")["contacts"]] == ["d***"]
    bob.ask("contact.accept", uid=ann.uid)
    assert ann.ask("presence.set", state="busy", text="damn")["text"] == "d***"
    assert ann.ask("presence.set", state="away", text="spam")["code"] == 4403
    device = Device(TCP, ann.login)
    SERVICE.wait("user.connect", uid=ann.uid)
    assert [(one["state"], one["text"]) for one in bob.ask("presence.sub", uids=[ann.uid])["presence"]] == [("busy", "d***")]
    device.close()


def names_of_new_accounts_are_texts_too():
    login = "u" + os.urandom(6).hex()

    def register(name):
        return Http(public()).ask("account.register", login=login, password="correct horse", name=name)
    assert register("spam")["code"] == 4403
    made = register("damn")
    assert made["ok"], "the refused account is there: %s" % made
    assert [one["name"] for one in account().ask("contact.search", login=login)["users"]] == ["d***"]


if __name__ == "__main__":
    sys.exit(run("hooks", globals()))
