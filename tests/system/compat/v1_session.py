#!/usr/bin/env python3
"""goim v1 and the seed SDKs: how a session begins, what it answers, how pushes look on the wire."""
import json
import os
import time
import urllib.request

from cases import API, covers, http, run
from goim_client import Closed, WsClient, packet

from goim_v1_client import SeedClient, V1JsonClient, V1TcpClient

TCP = int(os.environ["IM_V1_TCP"])
WS = int(os.environ["IM_V1_WS"])
WS0 = int(os.environ["IM_V1_0_WS"])


def old(port):
    return V1JsonClient(port, array=False)


def every():
    """One client of each kind, not authenticated."""
    return V1TcpClient(TCP), V1JsonClient(WS), old(WS0)


def ret(path, body=b"", method="POST"):
    status, kind, answer = http(method, path, body)
    assert (status, kind) == (200, "text/plain; charset=utf-8"), (status, kind, answer)
    return json.loads(answer)


def push_user(uid, body):
    assert ret("/1/push?uid=%d" % uid, body) == {"ret": 1}


def push_room(room, body):
    assert ret("/1/push/room?rid=%d" % room, body) == {"ret": 1}


@covers("V01")
def bodies_up_to_1024_bytes():
    client = V1TcpClient(TCP).auth(b"9601")
    client.send(4, b"x" * 1024)
    assert client.receive() == (1, 5, 1, b"x" * 1024)
    client.send(4, b"x" * 1025)
    assert client.closed_within(5)
    for hostile in ("7fffffff00100001000000070000000100", "0000001100110001000000070000000161", "0000000f00100001000000070000000100"):
        client = V1TcpClient(TCP)
        client.raw(bytes.fromhex(hostile))
        assert client.closed_within(5), hostile


@covers("V02")
def anything_before_auth_closes():
    for op in (0, 2, 4, 8, 254):
        for client in every():
            client.send(op)
            assert client.closed_within(5), op


@covers("V03", "V05")
def a_number_is_a_user_in_room_1():
    for client, token in zip(every(), (b"9602", 9602, 9602)):
        client.auth(token, seq=77)
        push_user(9602, b"1")
        assert client.receive()[1] == 5
        push_room(1, b"2")
        assert client.receive()[1] == 5
        client.close()
        time.sleep(0.3)


@covers("V03")
def anything_else_is_nobody_in_no_room_and_let_in():
    for client, token in ((V1TcpClient(TCP), b'"9603"'), (V1TcpClient(TCP), b"{}"), (V1TcpClient(TCP), b""), (V1JsonClient(WS), "9603"),
                          (old(WS0), {}), (V1JsonClient(WS), None)):
        client.auth(token)
        push_user(9603, b"1")
        push_room(1, b"2")
        assert client.silent(0.3), token
        client.send(4, b"" if isinstance(client, V1TcpClient) and not isinstance(client, V1JsonClient) else 1)
        assert client.receive()[1] == 5


@covers("V04")
def seed_tokens_name_the_room():
    client = SeedClient(TCP).auth(b"9604,300")
    push_room(300, b"room")
    assert client.receive() == (0, 5, 0, b"room")
    push_user(9604, b"user")
    assert client.receive() == (0, 5, 0, b"user")
    push_room(1, b"other")
    assert client.silent(0.3)


@covers("V06")
def several_connections_of_a_user_up_to_64():
    clients = [V1TcpClient(TCP).auth(b"9605") for _ in range(64)]
    push_user(9605, b"all of them")
    assert [client.receive()[3] for client in clients] == [b"all of them"] * 64
    one_more = V1TcpClient(TCP)
    one_more.send(7, b"9605")
    try:
        assert not one_more.receive(), "the 65th was let in"
    except (Closed, ConnectionError):
        pass
    V1TcpClient(TCP).auth(b"9606").close()


@covers("V07", "V08", "V09")
def what_a_session_answers():
    for client, token in zip(every(), (b"9607", 9607, 9607)):
        tcp = type(client) is V1TcpClient
        client.auth(token)
        client.send(2, seq=5)
        assert client.receive() == (1, 3, 5, b"" if tcp else {})
        client.send(4, b'{"a":1}' if tcp else {"a": 1}, seq=6)
        assert client.receive() == (1, 5, 6, b'{"a":1}' if tcp else {"a": 1})
        client.send(254, seq=7)
        assert client.receive() == (1, 255, 7, b'{"test":"come on"}' if tcp else {"test": "come on"})


@covers("V10")
def any_other_op_closes():
    for op in (0, 1, 3, 5, 7, 9, 12, 14, 100, 253, -1):
        for client, token in zip(every(), (b"9608", 9608, 9608)):
            client.auth(token)
            client.send(op)
            assert client.closed_within(5), op


@covers("V11")
def json_over_websocket():
    for port, array in ((WS, True), (WS0, False)):
        for path in ("/", "/subs"):
            assert WsClient(port, path).status >= 400, path
        client = V1JsonClient(port, array)
        client.text(b' {"OP":7, "body":9609, "unknown":[{}]} ')
        assert client.receive() == (0, 8, 0, {})
        for hostile in (b"", b"{", b"[]", b'{"op":"2"}', b'{"op":2.5}', b'{"op":2}x', b'{"op":99999999999}', b"\xff",
                        b'{"op":4,"body":' + b"[" * 40 + b"]" * 40 + b"}"):
            client = V1JsonClient(port, array).auth(9609)
            client.text(hostile)
            assert client.closed_within(5), hostile


@covers("V12", "V13")
def shapes_of_replies():
    client, before = V1JsonClient(WS), old(WS0)
    for one in (client, before):
        one.send(7, 9610)
    assert client.raw_message() == b'[{"ver":1,"op":8,"seq":1,"body":{}}]\n'
    assert before.raw_message() == b'{"ver":1,"op":8,"seq":1,"body":{}}\n'


@covers("V14", "V16")
def shapes_of_pushes():
    tcp, client, before = every()
    tcp.auth(b"9611,9611"), client.auth(9611), before.auth(9611)
    push_user(9611, b"7")
    assert tcp.sock.recv(100) == packet(5, 0, b"7", ver=0)
    assert client.raw_message() == b'[{"ver":0,"op":5,"seq":0,"body":7}]\n'
    assert before.raw_message() == b'{"ver":0,"op":5,"seq":0,"body":7}\n'
    push_room(1, b"8")  # the room of both JSON clients
    assert client.raw_message() == b'[{"ver":0,"op":5,"seq":0,"body":8}]'
    assert before.raw_message() == b'{"ver":0,"op":5,"seq":0,"body":8}'


@covers("V15")
def bodies_inside_json():
    client, before = V1JsonClient(WS).auth(9612), old(WS0).auth(9612)
    for body, written in ((b' { "a" : [ 1 , "<b>" ] } ', b'{"a":[1,"\\u003cb\\u003e"]}'), (b"hello", b'"hello"'),
                          (b"\xff\n", b'"\\ufffd\\n"'), (b"", b"{}")):
        push_user(9612, body)
        assert client.raw_message() == b'[{"ver":0,"op":5,"seq":0,"body":' + written + b"}]\n", body
        assert before.raw_message() == b'{"ver":0,"op":5,"seq":0,"body":' + written + b"}\n", body


@covers("V14")
def bursts_of_45_room_messages_keep_their_order():
    clients = [V1TcpClient(TCP).auth(b"9613,9613"), V1TcpClient(TCP).auth(b"9614,9613")]
    for i in range(45):
        request = urllib.request.Request(API + "/goim/push/room?operation=1000&type=v1&room=9613", data=b"%d" % i, method="POST")
        urllib.request.urlopen(request, timeout=10).read()
    for client in clients:
        assert [client.receive() for _ in range(45)] == [(0, 5, 0, b"%d" % i) for i in range(45)]


run(globals())
