#!/usr/bin/env python3
"""Which push API reaches which kind of client, and how the push looks there. Every cell is a push and a look; the table is printed."""
import json
import os
import time
import urllib.request

from cases import API, TCP, WS, covers, push, run
from goim_client import TcpClient, WsClient

from goim_v1_client import V1JsonClient, V1TcpClient

V1, V1_WS, V1_0_WS = (int(os.environ[name]) for name in ("IM_V1_TCP", "IM_V1_WS", "IM_V1_0_WS"))
ADMIN = os.environ["IM_ADMIN"]
KEY = os.environ["IM_PUSH_KEY"]
ROOM = 9800


def clients():
    """name -> (client, user). All in room v1://9800; the v2 clients' filters hold 1000 only."""
    def v2(make, port, uid):
        return make(port).auth(mid=uid, key="dialect-%d" % uid, room_id="v1://%d" % ROOM, accepts=[1000]), uid
    # v1 JSON clients cannot name a room: their rows of the room APIs use room 1, see rooms_of().
    return {"v2 TCP": v2(TcpClient, TCP, 9801), "v2 WebSocket": v2(WsClient, WS, 9802),
            "v1 TCP": (V1TcpClient(V1).auth(b"9803,%d" % ROOM), 9803), "v1.2 JSON": (V1JsonClient(V1_WS).auth(9804), 9804),
            "v1.0 JSON": (V1JsonClient(V1_0_WS, array=False).auth(9805), 9805),
            "seed SDK": (V1TcpClient(V1).auth(b"9806,%d" % ROOM), 9806)}


def key_of(uid):
    with urllib.request.urlopen("%s/admin/v1/session?uid=%d" % (ADMIN, uid), timeout=10) as reply:
        return json.loads(reply.read())["sessions"][0]["key"]


def old_api(path, body):
    with urllib.request.urlopen(urllib.request.Request(API + path, data=body, method="POST"), timeout=10) as reply:
        assert json.loads(reply.read()) == {"ret": 1}, path


def new_api(to, body):
    request = urllib.request.Request(API + "/v1/push", method="POST",
                                     data=json.dumps({"to": to, "operation": 1000, "text": body.decode()}).encode())
    request.add_header("Content-Type", "application/json")
    request.add_header("X-API-Key", KEY)
    with urllib.request.urlopen(request, timeout=10) as reply:
        assert reply.status == 202


def room_of(name):
    return 1 if "JSON" in name else ROOM


SENDERS = {
    "/goim/push/keys": lambda name, uid, body: push("/goim/push/keys?operation=1000&keys=" + key_of(uid), body),
    "/goim/push/mids": lambda name, uid, body: push("/goim/push/mids?operation=1000&mids=%d" % uid, body),
    "/goim/push/room": lambda name, uid, body: push("/goim/push/room?operation=1000&type=v1&room=%d" % room_of(name), body),
    "/goim/push/all": lambda name, uid, body: push("/goim/push/all?operation=1000", body),
    "/1/push": lambda name, uid, body: old_api("/1/push?uid=%d" % uid, body),
    "/1/pushs": lambda name, uid, body: old_api("/1/pushs", b'{"m":' + body + b',"u":[%d]}' % uid),
    "/1/push/room": lambda name, uid, body: old_api("/1/push/room?rid=%d" % room_of(name), body),
    "/1/push/all": lambda name, uid, body: old_api("/1/push/all", body),
    "/v1/push users": lambda name, uid, body: new_api({"users": [uid]}, body),
    "/v1/push keys": lambda name, uid, body: new_api({"keys": [key_of(uid)]}, body),
    "/v1/push room": lambda name, uid, body: new_api({"room": "v1://%d" % room_of(name)}, body),
    "/v1/push all": lambda name, uid, body: new_api({"all": True}, body),
}


def wanted(sender, name, body):
    if name.startswith("v2"):
        return 1, 5 if sender.startswith("/1/") else 1000, 0, body
    return 0, 5, 0, json.loads(body) if "JSON" in name else body


def find(client, body, name):
    """The push with this body, past those that were meant for the neighbours."""
    for _ in range(100):
        packet = client.receive()
        if packet[3] in (body, json.loads(body)):
            return packet
    raise AssertionError("%s: %r did not arrive" % (name, body))


@covers("V18")
def every_sender_reaches_every_receiver():
    receivers = clients()
    time.sleep(0.5)
    seen, cells = {}, 0
    for sender, send in SENDERS.items():
        for name, (client, uid) in receivers.items():
            cells += 1
            body = b'{"cell":%d}' % cells
            send(name, uid, body)
            packet = find(client, body, "%s to %s" % (sender, name))
            assert packet == wanted(sender, name, body), (sender, name, packet)
            seen[sender, name] = "ver %d op %d" % packet[:2]
    print("%-18s" % "op 1000 through" + "".join("%-16s" % name for name in receivers))
    for sender in SENDERS:
        print("%-18s" % sender + "".join("%-16s" % seen[sender, name] for name in receivers))
    print("dialects: senders=%d receivers=%d cells=%d seen=%d" % (len(SENDERS), len(receivers), cells, len(seen)))


@covers("V18")
def filters_bind_only_v2_pushes_to_v2_sessions():
    v2 = TcpClient(TCP).auth(mid=9811, key="d-11", accepts=[1])
    v1 = V1TcpClient(V1).auth(b"9811")
    push("/goim/push/mids?operation=1000&mids=9811", b"filtered")
    assert v1.receive() == (0, 5, 0, b"filtered")
    old_api("/1/push?uid=9811", b"unfiltered")
    assert v2.receive() == (1, 5, 0, b"unfiltered")
    assert v1.receive() == (0, 5, 0, b"unfiltered")


run(globals())
