#!/usr/bin/env python3
"""goim v2 against a running cluster: what a client, and a backend that pushes, must see. Ports from the environment.
Each case is one function; the names in docs/status.md refer to them."""
import json
import os
import socket
import struct
import sys
import time
import traceback
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from goim_client import Closed, TcpClient, WsClient, packet  # noqa: E402

TCP = int(os.environ.get("IM_TCP", 3101))
WS = int(os.environ.get("IM_WS", 3102))
API = os.environ.get("IM_API", "http://127.0.0.1:3111")


def http(method, path, body=None):
    request = urllib.request.Request(API + path, data=body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.headers.get("Content-Type"), reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Content-Type"), error.read()


def push(path, body):
    status, _, answer = http("POST", path, body)
    assert (status, json.loads(answer)) == (200, {"code": 0, "message": ""}), (status, answer)


def both():
    return (TcpClient, TCP), (WsClient, WS)


def case_auth_and_heartbeat():
    for make, port in both():
        client = make(port).auth(mid=11, room_id="live://hb-%d" % port)
        client.send(2, seq=5)
        assert client.receive() == (1, 3, 5, struct.pack(">i", 1))
        client.send(3, seq=6)
        assert client.receive()[1:3] == (3, 6)


def case_other_ops_before_auth_are_ignored():
    client = TcpClient(TCP)
    client.send(2, seq=1)
    client.auth(mid=1)


def case_wrong_token_type_closes_without_a_frame():
    client = TcpClient(TCP)
    client.send(7, b'{"mid":"12"}')
    try:
        client.receive()
        raise AssertionError("got a frame")
    except Closed:
        pass


def case_body_limit_4096():
    client = TcpClient(TCP).auth(mid=2)
    client.send(14, b"1" * 4096)
    assert client.receive()[1] == 15
    client.raw(struct.pack(">ihhii", 16 + 4097, 16, 1, 4, 1) + b"x" * 4097)
    assert client.closed_within(3)


def case_wrong_header_lengths_close():
    for head in (struct.pack(">ihhii", 16, 15, 1, 2, 1), struct.pack(">ihhii", 15, 16, 1, 2, 1), struct.pack(">ihhii", -1, 16, 1, 2, 1)):
        client = TcpClient(TCP).auth(mid=3)
        client.raw(head)
        assert client.closed_within(3)


def case_hostile_frames_echo_nothing():
    lie = bytes.fromhex("00001000001000010000000400000001")
    for fragments in ((lie,), (lie[:8], lie[8:])):
        client = WsClient(WS).auth(mid=4)
        for i, part in enumerate(fragments):
            client.frame(part, 2 if i == 0 else 0, fin=i == len(fragments) - 1)
        opcode, _ = client.message()
        assert opcode == 8, "answered with opcode %d" % opcode


def case_query_string_is_refused():
    assert WsClient(WS, "/sub?x=1").status == 404


def case_change_room_and_ops():
    for make, port in both():
        client = make(port).auth(mid=5)
        client.send(12, b"live://2000", seq=2)
        assert client.receive() == (1, 13, 2, b"live://2000")
        client.send(14, b"1000,1001", seq=3)
        assert client.receive() == (1, 15, 3, b"1000,1001")
        client.send(16, b"1000,x", seq=4)
        assert client.receive() == (1, 17, 4, b"1000,x")
        client.send(12, b"", seq=5)
        assert client.receive() == (1, 13, 5, b"")


def case_unknown_op_comes_back_empty():
    for make, port in both():
        client = make(port).auth(mid=6)
        client.send(4, b"hello", seq=9)
        assert client.receive() == (1, 4, 9, b"")


def case_pushes_reach_users_keys_rooms_and_all():
    for make, port in both():
        room = "r%d" % port
        client = make(port).auth(mid=port, key="key-%d" % port, room_id="live://" + room, accepts=[1000])
        push("/goim/push/mids?operation=1000&mids=%d" % port, b"to user")
        assert client.receive()[1:] == (1000, 0, b"to user")
        push("/goim/push/keys?operation=1000&keys=key-%d" % port, b"to key")
        assert client.receive()[1:] == (1000, 0, b"to key")
        push("/goim/push/mids?operation=1001&mids=%d" % port, b"not wanted")
        push("/goim/push/room?operation=7777&type=live&room=" + room, b"to room, filter ignored")
        assert client.receive()[1:] == (7777, 0, b"to room, filter ignored")
        push("/goim/push/all?operation=1000", b"to all")
        assert client.receive()[1:] == (1000, 0, b"to all")
        client.close()


def case_burst_of_45_in_order():
    clients = [make(port).auth(mid=45, key="b%d" % port, room_id="live://burst") for make, port in both()]
    for i in range(45):
        push("/goim/push/room?operation=1&type=live&room=burst", str(i).encode())
    for client in clients:
        assert [client.receive()[3] for _ in range(45)] == [str(i).encode() for i in range(45)]


def case_same_key_closes_the_older():
    first = TcpClient(TCP).auth(mid=70, key="same", accepts=[1])
    second = TcpClient(TCP).auth(mid=70, key="same", accepts=[1])
    assert first.closed_within(3)
    time.sleep(0.3)  # the late disconnect of the first must not remove the second
    push("/goim/push/keys?operation=1&keys=same", b"still here")
    assert second.receive()[3] == b"still here"


def case_pipelined_requests_keep_order():
    client = TcpClient(TCP).auth(mid=80)
    client.raw(b"".join(packet(4 if i % 3 else 2, i) for i in range(1000)))
    assert [client.receive()[2] for _ in range(1000)] == list(range(1000))


def case_http_errors():
    for path in ("/goim/push/mids?operation=1&mids=1,2", "/goim/push/room?operation=0&type=a&room=b", "/goim/push/room?operation=1",
                 "/goim/push/all?operation=x"):
        status, kind, body = http("POST", path, b"x")
        assert status == 400 and json.loads(body)["code"] == -400 and kind.startswith("text/plain"), (path, status, kind, body)
    assert json.loads(http("POST", "/goim/push/keys?operation=1", b"x")[2]) == {"code": -400, "message": ""}
    assert http("GET", "/goim/online/top?type=live&limit=-1")[0] == 400
    assert http("POST", "/goim/push/mids?operation=1&mids=1", b"x" * 65537)[0] == 413
    assert http("GET", "/nothing")[::2] == (404, b"404 page not found")
    push("/goim/push/mids?operation=1&mids=999999999", b"nobody")


def case_smuggled_heads_are_refused():
    heads = (b"POST /goim/push/all?operation=1 HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n",
             b"POST /goim/push/all?operation=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
             b"POST /goim/push/all?operation=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             b"POST /goim/push/all?operation=1 HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\nContent-Length: 0\r\n\r\n")
    host, port = API.replace("http://", "").split(":")
    for head in heads:
        with socket.create_connection((host, int(port)), timeout=5) as sock:
            sock.sendall(head)
            assert sock.recv(100).startswith(b"HTTP/1.1 400"), head


def case_nodes_and_online():
    data = json.loads(http("GET", "/goim/nodes/weighted")[2])["data"]
    assert list(data)[:5] == ["domain", "tcp_port", "ws_port", "wss_port", "heartbeat"], data
    assert json.loads(http("GET", "/goim/nodes/instances")[2])["data"][0]["appid"] == "goim.comet"
    assert "conn_count" in json.loads(http("GET", "/goim/online/total")[2])["data"]
    assert json.loads(http("GET", "/goim/online/room?type=live&rooms=nobody")[2])["data"] == {"nobody": 0}


def main():
    cases = {name[5:]: fn for name, fn in globals().items() if name.startswith("case_")}
    if sys.argv[1:] == ["--list"]:
        print("\n".join(cases))
        return 0
    failed = 0
    for name, run in cases.items():
        try:
            run()
            print("ok     ", name)
        except Exception:
            failed += 1
            print("FAILED ", name)
            traceback.print_exc()
    print("v2 cases=%d ok=%d failed=%d" % (len(cases), len(cases) - failed, failed))
    return 1 if failed else 0


sys.exit(main())
