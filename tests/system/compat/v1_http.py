#!/usr/bin/env python3
"""goim v1's HTTP API, /1/*."""
import json
import os

from cases import TCP, covers, http, run
from goim_client import TcpClient

from goim_v1_client import V1TcpClient
from wait import eventually

V1 = int(os.environ["IM_V1_TCP"])
GOOD, BAD = {"ret": 1}, {"ret": 65535}


def ret(path, body=b"", method="POST"):
    status, kind, answer = http(method, path, body)
    assert (status, kind) == (200, "text/plain; charset=utf-8"), (path, status, kind, answer)
    return json.loads(answer) if answer else None


@covers("V20")
def push_to_a_user():
    one, two = V1TcpClient(V1).auth(b"9701"), V1TcpClient(V1).auth(b"9701,5")
    assert ret("/1/push?uid=9701", b"x") == GOOD
    assert one.receive() == two.receive() == (0, 5, 0, b"x")
    assert ret("/1/push?uid=97019701", b"x") == GOOD


@covers("V21")
def push_to_many_users():
    one, two = V1TcpClient(V1).auth(b"9702"), V1TcpClient(V1).auth(b"9703")
    assert ret("/1/pushs", b'{"m": {"a" : 1}, "u":[9702, 9703, 97029702]}') == GOOD
    assert one.receive()[3] == two.receive()[3] == b'{"a" : 1}'
    for body in (b"", b"{", b"[]", b'{"m":1,"u":1}', b'{"m":1,"u":["9702"]}', b'{"m":,"u":[1]}', b"[" * 20000):
        assert ret("/1/pushs", body) == BAD, body[:40]
    assert one.silent(0.3)


@covers("V20", "V21")
def push_to_user_0_reaches_whose_token_is_no_number():
    nobody, user = V1TcpClient(V1).auth(b"nobody"), V1TcpClient(V1).auth(b"9710")
    assert ret("/1/push?uid=0", b"zero") == GOOD
    assert nobody.receive() == (0, 5, 0, b"zero")
    assert ret("/1/pushs", b'{"m":"both","u":[0,9710]}') == GOOD
    assert nobody.receive()[3] == user.receive()[3] == b'"both"'
    assert user.silent(0.3) and nobody.silent(0.3)


@covers("V22")
def push_to_a_room():
    inside, outside = V1TcpClient(V1).auth(b"9704,9704"), V1TcpClient(V1).auth(b"9705,9705")
    for ensure in ("", "&ensure=true", "&ensure=false", "&ensure=maybe"):
        assert ret("/1/push/room?rid=9704" + ensure, b"x") == GOOD
        assert inside.receive() == (0, 5, 0, b"x")
    assert outside.silent(0.3)
    assert ret("/1/push/room?rid=97049704", b"x") == GOOD


@covers("V23")
def push_to_all():
    clients = V1TcpClient(V1).auth(b"9706"), V1TcpClient(V1).auth(b"nobody"), TcpClient(TCP).auth(mid=9706)
    assert ret("/1/push/all", b"everybody") == GOOD
    assert [client.receive()[1:] for client in clients] == [(5, 0, b"everybody")] * 3


@covers("V23")
def push_to_all_with_a_room_is_the_room_push_of_v1_0():
    inside, outside = V1TcpClient(V1).auth(b"9708,9708"), V1TcpClient(V1).auth(b"9709,9709")
    assert ret("/1/push/all?rid=9708", b"x") == GOOD
    assert inside.receive() == (0, 5, 0, b"x")
    assert outside.silent(0.3)
    assert ret("/1/push/all?rid=x", b"x") == BAD


@covers("V24", "V26")
def a_comet_that_lives_comes_back_after_server_del():
    client = V1TcpClient(V1).auth(b"9707")
    before = {row["Server"]: row["Count"] for row in eventually(lambda: ret("/1/count?type=server", method="GET")["data"])}
    assert len(before) == 2, before
    assert ret("/1/server/del?server=%d" % max(before)) == GOOD
    assert ret("/1/server/del?server=x") is None
    assert ret("/1/server/del") is None
    assert eventually(lambda: len(ret("/1/count?type=server", method="GET")["data"]) == 2, seconds=30), "it did not come back"
    try:
        client.close()
    except OSError:
        pass


@covers("V25", "V26")
def counts():
    roomed = [V1TcpClient(V1).auth(b"97%02d,9708" % i) for i in range(3)]
    roomless = V1TcpClient(V1).auth(b"nobody")

    def rooms():
        answer = ret("/1/count?type=room", method="GET")
        assert answer["ret"] == 1
        return {row["RoomId"]: row["Count"] for row in answer["data"]}
    assert eventually(lambda: rooms().get(9708) == 3), rooms()
    assert eventually(lambda: rooms().get(-1, 0) >= 1), rooms()
    servers = ret("/1/count?type=server", method="GET")
    assert sorted(servers["data"][0]) == ["Count", "Server"] and servers["ret"] == 1
    assert ret("/1/count?type=other", method="GET") == ret("/1/count", method="GET") == GOOD
    for client in roomed + [roomless]:
        client.close()


@covers("V27")
def bad_parameters():
    for path in ("/1/push", "/1/push?uid=", "/1/push?uid=a", "/1/push?uid=1.5", "/1/push?uid=9223372036854775808", "/1/push/room",
                 "/1/push/room?rid=a", "/1/push/room?rid=2147483648"):
        assert ret(path, b"x") == BAD, path


@covers("V28")
def other_methods():
    for method, path in (("GET", "/1/push?uid=1"), ("PUT", "/1/pushs"), ("GET", "/1/push/room?rid=1"), ("GET", "/1/push/all"),
                         ("GET", "/1/server/del?server=1"), ("POST", "/1/count?type=room")):
        assert http(method, path, None if method == "GET" else b"")[0] == 405, path


run(globals())
