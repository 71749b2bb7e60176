#!/usr/bin/env python3
"""Ordinary HTTP clients, well-meant and not: what they send is taken, or refused for its danger."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import urllib.request

from cases import API, covers, run

OPEN = os.environ["IM_OPEN"]
ADMIN = os.environ["IM_ADMIN"]
# To a room without members: what went to all would be on its way when the clients of the next cases log in.
PUSH = "/goim/push/room?operation=1000&type=nobody&room=1"


def place(base):
    host, port = base.replace("http://", "").split(":")
    return host, int(port)


def raw(data, base=API):
    """All bytes of the answer to these bytes; the connection must end."""
    with socket.create_connection(place(base), timeout=10) as sock:
        sock.sendall(data)
        seen = b""
        while chunk := sock.recv(65536):
            seen += chunk
        return seen


def request(target, headers="", method="POST", body=b"x", version="1.1", host="Host: 127.0.0.1\r\n", base=API, before=""):
    head = "%s%s %s HTTP/%s\r\n%s%sConnection: close\r\nContent-Length: %d\r\n\r\n" % (
        before, method, target, version, host, headers, len(body))
    answer = raw(head.encode() + body, base)
    top, _, rest = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), top.decode(), rest


def pushed(*args, **named):
    status, head, body = request(*args, **named)
    assert (status, json.loads(body)["code"]) == (200, 0), (args, head, body)


@covers("G03")
def offers_absolute_targets_and_empty_lines_are_taken():
    head = ("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nContent-Length: 1\r\n\r\nx" % PUSH).encode()
    with socket.create_connection(place(API), timeout=10) as sock:
        for _ in range(2):  # and the connection goes on
            sock.sendall(head)
            assert sock.recv(4096).startswith(b"HTTP/1.1 200 ")
    pushed("http://127.0.0.1:3111" + PUSH)
    pushed(PUSH, before="\r\n\r\n")
    pushed(PUSH, host="Host:\r\n")


@covers("G03")
def real_clients_push():
    done = subprocess.run(["curl", "-s", "--noproxy", "*", "--http2", "-d", "hi", API + PUSH], capture_output=True, timeout=20)
    assert json.loads(done.stdout)["code"] == 0, done
    if not shutil.which("java"):
        raise AssertionError("java is missing (it comes with the packages of the Kafka tests)")
    program = pathlib.Path(__file__).with_name("Http2Client.java")
    done = subprocess.run(["java", str(program), API + PUSH], capture_output=True, timeout=60)
    assert done.stdout.split() == [b"200", b"200"], done


@covers("G04")
def long_and_unescaped_targets_are_taken():
    pushed("/goim/push/room?operation=1000&type=live&room=聊天室")
    pushed("/goim/push/mids?operation=1000" + "".join("&mids=%d" % uid for uid in range(1, 2000)))
    assert request("/goim/push/mids?operation=1000&mids=1" + "&mids=1" * 150000)[0] == 431
    assert request(PUSH + "&x=" + "x" * 9000)[0] == 431


@covers("G05")
def http10_keeps_alive():
    ask = b"POST %s HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx" % PUSH.encode()
    with socket.create_connection(place(API), timeout=10) as sock:
        for _ in range(2):
            sock.sendall(ask)
            answer = sock.recv(4096)
            assert answer.startswith(b"HTTP/1.1 200 ") and b"\r\nConnection: keep-alive\r\n" in answer, answer


@covers("G06")
def pages_of_other_sites_and_foreign_names_are_refused():
    for base, path in ((API, PUSH), (ADMIN, "/admin/v1/kick?uid=1"), (ADMIN, "/metrics")):
        method = "GET" if path == "/metrics" else "POST"
        for line in ("Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"):
            assert request(path, line + "\r\n", method=method, base=base)[0] == 403, (path, line)
        for name in ("evil.example", "127.0.0.1.evil.example:3111"):
            assert request(path, method=method, base=base, host="Host: %s\r\n" % name)[0] == 421, (path, name)
        for name in ("localhost", "[::1]:1", "10.0.0.1"):
            assert request(path, method=method, base=base, host="Host: %s\r\n" % name)[0] not in (403, 421), (path, name)
    assert request("http://evil.example" + PUSH)[0] == 421


@covers("G06")
def an_own_page_may():
    pushed(PUSH, "Origin: %s\r\n" % API, host="Host: %s\r\n" % API.replace("http://", ""))


@covers("G07")
def escapes_are_no_aliases():
    for target in ("/%67oim/push/all?operation=1000", "/goim%2Fpush/all?operation=1000", "/goim/push/%61ll?operation=1000"):
        assert request(target)[0] == 404, target


@covers("G08")
def pages_may_fetch_the_node_list():
    status, head, _ = request("/goim/nodes/weighted", "Origin: https://chat.example.com\r\n", "GET", b"", base=OPEN)
    assert status == 200 and "\r\nAccess-Control-Allow-Origin: *\r\n" in head, head


@covers("H19")
def numbers_are_read_as_in_go():
    pushed(PUSH.replace("=1000", "=%2B1000"))
    pushed("/goim/push/mids?operation=%2B1000&mids=")
    for bad in ("%2B-1", "%2B", "0x10"):
        assert request("/goim/push/all?operation=" + bad)[0] == 400, bad


@covers("G01")
def repeated_headers_are_refused():
    for name in ("Authorization", "Idempotency-Key", "Content-Type"):
        assert request("/v1/push", "%s: a\r\n%s: b\r\n" % (name, name))[0] == 400, name


def push_api(headers, body=b'{"to":{"room":"nobody://1"},"operation":1000,"text":"x"}'):
    key = os.environ["IM_PUSH_KEY"]
    status, head, answer = request("/v1/push", headers.replace("KEY", key), body=body)
    return status, head, json.loads(answer)


@covers("G02")
def the_push_api_takes_and_refuses_in_its_own_words():
    good = "Content-Type: application/json\r\n"
    for line in ("Authorization: bearer  KEY", "AUTHORIZATION:BEARER KEY \t"):
        assert push_api(line + "\r\nContent-Type: Application/JSON ; charset=utf-8\r\n")[0] == 202, line
    status, head, answer = push_api("Authorization: Bearer KEY\r\n" + good, b"x" * ((1 << 20) + 1))
    assert (status, answer["code"]) == (413, "message_too_large") and "application/problem+json" in head, (head, answer)
    status, head, answer = push_api("Authorization: Bearer KEY\r\n" + good, b"x" * 70000)
    assert (status, answer["code"]) == (400, "invalid_request"), (head, answer)
    assert push_api("Authorization: Bearer KEY\r\nIdempotency-Key:\r\n" + good)[0] == 400
    # Nobody's body is not read: the answer is there before it.
    head = b"POST /v1/push HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
    assert raw(head).startswith(b"HTTP/1.1 401 ")


@covers("G02")
def documents_know_their_age():
    with urllib.request.urlopen(API + "/docs", timeout=10) as reply:
        etag = reply.headers["ETag"]
    assert request("/docs", "If-None-Match: %s\r\n" % etag, "GET", b"")[0] == 304
    status, head, body = request("/openapi.json", "Range: bytes=0-0\r\n", "GET", b"")
    assert (status, body) == (206, b"{") and "\r\nContent-Range: bytes 0-0/" in head, (head, body)


run(globals())
