#!/usr/bin/env python3
"""goim v2: the HTTP API."""
import json
import os
import socket
import subprocess
import time

from cases import API, TCP, WS, covers, data_of, http, push, run
from goim_client import TcpClient, WsClient
from wait import eventually


def is_bad_request(method, path):
    status, kind, body = http(method, path, b"x" if method == "POST" else None)
    answer = json.loads(body)
    return status == 400 and answer["code"] == -400 and answer["message"] != "" and kind.startswith("text/plain")


@covers("H01", "H12", "H13", "H14")
def push_keys():
    one = TcpClient(TCP).auth(key="h01-a", accepts=[0, 5])
    two = WsClient(WS).auth(key="h01-b", accepts=[0, 5])
    push("/goim/push/keys?operation=5&keys=h01-a&keys=h01-b&keys=unknown", b"hello")
    assert one.receive()[1:] == two.receive()[1:] == (5, 0, b"hello")
    push("/goim/push/keys?operation=5&keys=h01-a&keys=h01-a", b"twice")
    assert one.receive()[3] == one.receive()[3] == b"twice"
    push("/goim/push/keys?operation=0&keys=h01-a", b"zero")
    assert one.receive()[1:] == (0, 0, b"zero")
    push("/goim/push/keys?keys=h01-a", b"no operation")
    assert one.receive()[1:] == (0, 0, b"no operation")
    push("/goim/push/keys?operation=5&keys=nobody-at-all", b"offline")
    for path in ("/goim/push/keys?operation=1", "/goim/push/keys"):
        status, _, body = http("POST", path, b"x")
        assert (status, json.loads(body)) == (200, {"code": -400, "message": ""}), body


@covers("H02", "H14")
def push_mids():
    client = TcpClient(TCP).auth(mid=9402, accepts=[5])
    push("/goim/push/mids?operation=5&mids=9402&mids=999999999", b"hello")
    assert client.receive()[1:] == (5, 0, b"hello")
    push("/goim/push/mids?operation=5&mids=9402&mids=9402", b"twice")
    assert client.receive()[3] == client.receive()[3] == b"twice"
    push("/goim/push/mids?operation=5", b"nobody")
    push("/goim/push/mids?operation=5&mids=-7", b"nobody")


@covers("H03", "H10", "H13")
def push_room():
    client = TcpClient(TCP).auth(room_id="chat://h03/x?y#z")
    push("/goim/push/room?operation=5&type=chat&room=h03%2Fx%3Fy%23z", b"hello")
    assert client.receive()[1:] == (5, 0, b"hello")
    push("/goim/push/room?operation=5&type=chat&room=empty", b"nobody")
    for query in ("", "?operation=0&type=a&room=b", "?operation=1", "?operation=1&type=a", "?operation=1&room=b", "?type=a&room=b",
                  "?operation=x&type=a&room=b", "?operation=99999999999&type=a&room=b", "?operation=1&type=&room=b"):
        assert is_bad_request("POST", "/goim/push/room" + query), query


@covers("H04", "H10", "H13")
def push_all():
    clients = [TcpClient(TCP).auth(accepts=[904]), WsClient(WS).auth(accepts=[904])]
    push("/goim/push/all?operation=904", b"hello")
    push("/goim/push/all?operation=904&speed=100000", b"with a speed")
    for client in clients:
        assert client.receive()[1:] == (904, 0, b"hello")
        assert client.receive()[1:] == (904, 0, b"with a speed")
    for query in ("", "?operation=0", "?operation=x", "?operation=1&speed=fast"):
        assert is_bad_request("POST", "/goim/push/all" + query), query


@covers("H05", "H17", "H18")
def online_top():
    kind = "top%d" % time.time()
    clients = [TcpClient(TCP).auth(room_id="%s://%d" % (kind, i % 3 // 2)) for i in range(6)]  # four in room 0, two in room 1
    want = [{"room_id": "0", "count": 4}, {"room_id": "1", "count": 2}]
    assert eventually(lambda: data_of("/goim/online/top?type=%s&limit=10" % kind) == want)
    assert data_of("/goim/online/top?type=%s&limit=1" % kind) == want[:1]
    assert data_of("/goim/online/top?type=%s&limit=10" % kind[:-1]) == want  # by prefix
    assert data_of("/goim/online/top?type=nothing&limit=10") == []
    for query in ("?type=live&limit=0", "?type=live&limit=-1", "?type=live", "?limit=3", "?type=live&limit=x"):
        assert is_bad_request("GET", "/goim/online/top" + query), query
    del clients


@covers("H06")
def online_room():
    name = "h06-%d" % time.time()
    clients = [TcpClient(TCP).auth(room_id="live://" + name) for _ in range(2)]
    assert eventually(lambda: data_of("/goim/online/room?type=live&rooms=%s&rooms=nobody" % name) == {name: 2, "nobody": 0})
    assert is_bad_request("GET", "/goim/online/room?type=live")
    del clients


@covers("H07")
def online_total():
    clients = [TcpClient(TCP).auth() for _ in range(3)]
    assert eventually(lambda: data_of("/goim/online/total")["conn_count"] >= 3)
    assert list(data_of("/goim/online/total")) == ["conn_count", "ip_count"]
    assert data_of("/goim/online/total")["ip_count"] >= 1
    del clients


@covers("H08")
def nodes_weighted():
    order = ["domain", "tcp_port", "ws_port", "wss_port", "heartbeat", "nodes", "backoff", "heartbeat_max"]
    for platform in ("", "?platform=web", "?platform=android"):
        data = data_of("/goim/nodes/weighted" + platform)
        assert list(data) == [name for name in order if name in data], list(data)
        assert 1 <= len(data["nodes"]) and data["tcp_port"] > 0 and data["heartbeat"] == 240 and data["heartbeat_max"] == 2
        assert list(data["backoff"]) == ["max_delay", "base_delay", "factor", "jitter"]


@covers("H09")
def nodes_instances():
    record = data_of("/goim/nodes/instances")[0]
    assert list(record) == ["region", "zone", "env", "appid", "hostname", "addrs", "version", "latest_timestamp", "metadata"]
    assert record["appid"] == "goim.comet" and record["addrs"][0].startswith("grpc://")
    assert set(record["metadata"]) == {"addrs", "conn_count", "ip_count", "offline", "weight"}


def the_public_port_names_no_inner_address():
    public = os.environ["IM_OPEN"]
    for path, status in (("/goim/nodes/weighted", 200), ("/goim/nodes/instances", 404)):
        reply = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", public + path], capture_output=True, check=True)
        assert reply.stdout == b"%d" % status, (path, reply.stdout)


@covers("H11")
def lists_are_repeated_parameters():
    assert is_bad_request("POST", "/goim/push/mids?operation=1&mids=1,2")
    assert is_bad_request("POST", "/goim/push/mids?operation=1&mids=1&mids=x")
    assert is_bad_request("POST", "/goim/push/mids?operation=1&mids=99999999999999999999")


@covers("H16")
def labels_and_unknown_paths():
    for method, path in (("GET", "/nothing"), ("GET", "/goim/push/all?operation=1"), ("POST", "/goim/online/total"), ("GET", "/goim/push/keys/")):
        status, kind, body = http(method, path, b"" if method == "POST" else None)
        assert (status, body.rstrip(b"\n")) == (404, b"404 page not found") and kind.startswith("text/plain"), (path, status, kind, body)


@covers("G01")
def smuggled_heads_are_refused():
    start = b"POST /goim/push/all?operation=1 HTTP/1.1\r\n"
    heads = (b"Host: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n",
             b"Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
             b"Host: a\r\nContent-Length: 1, 1\r\n\r\nx",
             b"Host: a\r\nContent-Length: +1\r\n\r\nx",
             b"Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             b"Host: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
             b"Host: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
             b"Host: a\r\nX: a\r\n folded\r\nContent-Length: 0\r\n\r\n",
             b"Host: a\nContent-Length: 0\r\n\r\n",
             b"Content-Length: 0\r\n\r\n")
    host, port = API.replace("http://", "").split(":")
    for head in heads:
        with socket.create_connection((host, int(port)), timeout=5) as sock:
            sock.sendall(start + head + start + b"Host: a\r\nContent-Length: 0\r\n\r\n")
            seen = b""
            while True:
                try:
                    data = sock.recv(4096)
                except ConnectionResetError:
                    break
                if not data:
                    break
                seen += data
            assert seen.startswith(b"HTTP/1.1 400") and seen.count(b"HTTP/1.1") == 1, (head, seen)


@covers("G02")
def bodies_over_the_limit():
    assert http("POST", "/goim/push/mids?operation=1&mids=1", b"x" * 65536)[0] == 200
    assert http("POST", "/goim/push/mids?operation=1&mids=1", b"x" * 65537)[0] == 413


run(globals())
