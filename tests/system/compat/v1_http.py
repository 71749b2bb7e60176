#!/usr/bin/env python3
"""goim v1's HTTP API, /1/*."""
import json
import os
import urllib.request

from cases import TCP, TCP2, covers, http, run
from goim_client import Closed, TcpClient

from goim_v1_client import V1TcpClient
from wait import eventually, until_it_passes

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


def comet_row(number):
    """How the operator's list names the comet of that number; None while it is not in it."""
    with urllib.request.urlopen(os.environ["IM_ADMIN"] + "/admin/v1/nodes", timeout=10) as reply:
        nodes = json.load(reply)["nodes"]
    return next((node for node in nodes if node.get("number") == number), None)


def logs_in(port):
    try:
        TcpClient(port).auth(mid=9707).close()
        return True
    except (Closed, ConnectionError):
        return False


@covers("V24", "V26")
def a_comet_that_lives_comes_back_after_server_del():
    """Either comet may have the highest number. The list names it until its end is noticed there, so the list with two says nothing: it has
    come back when it has registered again, and its clients of before have been closed."""
    clients = [TcpClient(port).auth(mid=9707) for port in (TCP, TCP2)]

    def servers():
        return {row["Server"]: row["Count"] for row in ret("/1/count?type=server", method="GET")["data"]}
    assert eventually(lambda: len(servers()) == 2), servers()
    number = max(servers())
    before = comet_row(number)
    assert ret("/1/server/del?server=%d" % number) == GOOD
    assert ret("/1/server/del?server=x") is None
    assert ret("/1/server/del") is None
    after = eventually(lambda: (row := comet_row(number)) and row["registered_ms"] != before["registered_ms"] and row,
                       "it did not come back", seconds=30)
    assert after["epoch"] > before["epoch"], "it kept a place that was taken from it"
    eventually(lambda: sum(client.closed_within(0.1) for client in clients) == 1, "its clients stay, or others go")
    assert eventually(lambda: len(servers()) == 2), servers()
    assert eventually(lambda: logs_in(TCP) and logs_in(TCP2)), "nobody gets in any more"
    for client in clients:
        client.close()


@covers("V25", "V26")
def counts():
    roomed = [V1TcpClient(V1).auth(b"97%02d,9711" % i) for i in range(3)]
    roomless = V1TcpClient(V1).auth(b"nobody")

    def rooms():
        answer = ret("/1/count?type=room", method="GET")
        assert answer["ret"] == 1
        return {row["RoomId"]: row["Count"] for row in answer["data"]}

    def counted():
        seen = rooms()
        assert seen.get(9711) == 3 and seen.get(-1, 0) >= 1, seen
    until_it_passes(counted)
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
