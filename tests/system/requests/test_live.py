#!/usr/bin/env python3
"""Two users on two comets, one of them on two devices: who hears what at once (docs/chat.md). A cluster with identity accounts, a store
and two comets. IM_TCP, IM_TCP2, IM_WS, IM_API, IM_PUBLIC come from the environment."""
import json
import os
import sys
import urllib.request
import uuid

from device import Device, person, public
from doors import OP_REQUEST, Http
from goim_client import WsClient
from runner_of_cases import run
from wait import eventually

TCP, TCP2, WS = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"]), int(os.environ["IM_WS"])


def send(device, text, key=None, **where):
    return device.send(text, key, **where)


def a_message_reaches_the_other_and_the_senders_other_device():
    ann, bob = person(), person()
    phone, tablet, other = Device(TCP, ann), Device(WS, ann, WsClient), Device(TCP2, bob)
    sent = send(phone, "hello", to=other.uid)
    for hears in (other, tablet):
        event = hears.event("msg.new", conv_id=sent["conv_id"])
        assert (event["seq"], event["body"], event["sender"]) == (1, "hello", phone.uid), event
    back = send(other, "hello yourself", conv_id=sent["conv_id"])
    assert back["seq"] == 2
    for hears in (phone, tablet):
        assert hears.event("msg.new", seq=2)["body"] == "hello yourself"
    assert phone.events == [], "its own message came back"


def what_is_done_to_a_message_is_told_too():
    ann, bob = person(), person()
    one, two = Device(TCP, ann), Device(TCP2, bob)
    sent = send(one, "tpyo", to=two.uid)
    two.event("msg.new")
    assert one.ask("msg.edit", msg_id=sent["msg_id"], body="typo")["ok"]
    assert two.event("msg.changed", seq=2)["body"] == "typo"
    assert one.ask("msg.recall", msg_id=sent["msg_id"])["ok"]
    two.event("msg.changed", seq=3)
    assert two.ask("read", conv_id=sent["conv_id"], seq=3)["ok"]
    assert one.event("read")["conv_id"] == sent["conv_id"]
    assert two.ask("typing", conv_id=sent["conv_id"])["ok"]
    assert one.event("typing")["uid"] == two.uid


def who_sends_again_after_a_cut_has_one_message():
    ann, bob = person(), person()
    phone, tablet, other = Device(TCP, ann), Device(TCP2, ann), Device(TCP2, bob)
    first = send(phone, "1", to=other.uid)
    key = uuid.uuid4().hex
    body = json.dumps({"cmd": "msg.send", "client_msg_id": key, "body": "2", "conv_id": first["conv_id"]}).encode()
    phone.client.send(OP_REQUEST, body, seq=99)
    phone.close()  # the answer is lost
    other.event("msg.new", body="2")
    again = Device(TCP, ann)
    assert send(again, "2", key=key, conv_id=first["conv_id"])["seq"] == 2
    for device in (again, tablet, other):
        assert [m["body"] for m in device.ask("sync", conv_id=first["conv_id"])["messages"]] == ["1", "2"]
    unread = [line["unread"] for device in (again, tablet) for line in device.ask("sync.all")["conversations"]]
    assert unread == [0, 0], unread
    assert [line["unread"] for line in other.ask("sync.all")["conversations"]] == [2]


def push(room, text):
    kind, name = room.split("://")
    url = "%s/goim/push/room?operation=1000&type=%s&room=%s" % (os.environ["IM_API"], kind, name)
    with urllib.request.urlopen(urllib.request.Request(url, text.encode(), method="POST"), timeout=10) as reply:
        assert json.loads(reply.read())["code"] == 0


def hears(device, text):
    """What came before the push with this text, and the packet that has it."""
    before = b""
    while text.encode() not in before:
        before += device.client.receive()[3]
    return before


def a_connection_is_in_several_rooms_and_hears_each():
    rooms = ["live://" + uuid.uuid4().hex for _ in range(3)]
    phone, tablet = Device(TCP, person()), Device(WS, person(), WsClient)
    for room in rooms:
        assert [device.good("room.join", room=room)["room"] for device in (phone, tablet)] == [room, room]

    def members():  # routers hear of numbers a moment later
        return [phone.good("room.members", room=room)["count"] for room in rooms]
    eventually(lambda: members() == [2, 2, 2], "the rooms are not counted", 60, 4)
    for room in rooms:
        push(room, "to " + room)
        for device in (phone, tablet):
            hears(device, "to " + room)
    phone.good("room.leave", room=rooms[1])
    eventually(lambda: members() == [2, 1, 2], "who left is still counted", 60, 4)
    push(rooms[1], "without the phone")
    hears(tablet, "without the phone")
    push(rooms[2], "the end")
    assert b"without the phone" not in hears(phone, "the end")
    assert Http(public(), phone.token).ask("room.join", room=rooms[0])["code"] == 4409, "there is no connection to let in"


if __name__ == "__main__":
    sys.exit(run("live", globals()))
