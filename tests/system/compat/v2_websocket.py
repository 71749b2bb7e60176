#!/usr/bin/env python3
"""goim v2 on WebSocket: the upgrade and the frames."""
import struct

from cases import WS, covers, run
from goim_client import WsClient, connected, packet

GOOD = {"Host": "x", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}


def answer(start="GET /sub HTTP/1.1", **changes):
    """Head of the answer to an upgrade; a change of None leaves that header out, "Origin" etc. may be added."""
    headers = dict(GOOD)
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    head = start + "\r\n" + "".join("%s: %s\r\n" % pair for pair in headers.items() if pair[1] is not None) + "\r\n"
    with connected("127.0.0.1", WS, 5) as sock:
        sock.sendall(head.encode())
        seen = b""
        while b"\r\n\r\n" not in seen:
            data = sock.recv(4096)
            if not data:
                break
            seen += data
        head = seen.decode()
        if " 101 " not in head:
            while sock.recv(4096):
                pass  # a refusal ends the connection
        return head


def status(*args, **changes):
    return int(answer(*args, **changes).split()[1])


@covers("W01")
def only_sub_without_a_query():
    assert status() == 101
    assert status("GET http://x/sub HTTP/1.1") in (400, 404)
    for target in ("/sub?x=1", "/sub/", "/", "/SUB"):
        assert status("GET %s HTTP/1.1" % target) == 404, target


@covers("W02")
def what_an_upgrade_needs():
    assert status(Connection="keep-alive, Upgrade") == 101
    assert status("POST /sub HTTP/1.1") == 405
    for change in ({"Upgrade": None}, {"Upgrade": "h2c"}, {"Connection": None}, {"Connection": "close"}, {"Sec_WebSocket_Key": None},
                   {"Sec_WebSocket_Key": "short"}, {"Host": None}):
        assert status(**change) == 400, change
    for version in (None, "8", "14", "x"):
        assert status(Sec_WebSocket_Version=version) == 426, version
    assert status("GET /sub HTTP/1.0") == 400


@covers("W03")
def any_origin_with_identity_open():
    assert status(Origin="https://elsewhere.example") == 101
    assert status(Origin="null") == 101


@covers("W04")
def nothing_is_negotiated():
    head = answer(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits", Sec_WebSocket_Protocol="chat").lower()
    assert " 101 " in head
    assert "extensions" not in head and "sec-websocket-protocol" not in head
    assert "sec-websocket-accept: icx+yqv66khgehvaauj8xhfkqlc=".lower() in head or "sec-websocket-accept: " in head


@covers("W06")
def text_and_binary_in_binary_out():
    for opcode in (1, 2):
        client = WsClient(WS).auth(mid=1)
        client.frame(packet(2, 5), opcode)
        kind, payload = client.message()
        assert (kind, payload[:16]) == (2, struct.pack(">ihhii", 20, 16, 1, 3, 5))


@covers("W07")
def one_message_is_one_packet():
    client = WsClient(WS).auth(mid=1)
    client.frame(packet(2, 1) + packet(2, 2))
    assert client.message()[0] == 8
    client = WsClient(WS).auth(mid=1)
    client.frame(packet(2, 1)[:10])
    assert client.message()[0] == 8


@covers("W08")
def up_to_100_continuation_frames():
    body = packet(14, 3, b"1," * 50 + b"1")
    client = WsClient(WS).auth(mid=1)
    client.frame(body[:1], 2, fin=False)
    for i in range(1, 100):
        client.frame(body[i:i + 1], 0, fin=False)
    client.frame(body[100:], 0)
    assert client.receive() == (1, 15, 3, body[16:])


@covers("W09")
def ping_gets_its_pong():
    client = WsClient(WS)
    client.frame(b"before auth", 9)
    assert client.message() == (10, b"before auth")
    client.auth(mid=1)
    client.frame(packet(2, 1)[:5], 2, fin=False)
    client.frame(b"inside a message", 9)
    client.frame(packet(2, 1)[5:], 0)
    assert client.message() == (10, b"inside a message")
    assert client.receive()[1] == 3


@covers("W10")
def close_ends_the_connection():
    client = WsClient(WS).auth(mid=1)
    client.frame(struct.pack(">H", 1000) + b"bye", 8)
    assert client.message()[0] == 8
    assert client.closed_within(3)


@covers("W11")
def rsv_bits_close():
    for bit in (0x40, 0x20, 0x10):
        client = WsClient(WS).auth(mid=1)
        client.raw(bytes([0x80 | bit | 2, 0x80 | 16]) + b"\0\0\0\0" + packet(2, 1))
        opcode, payload = client.message()
        assert (opcode, payload[:2]) == (8, struct.pack(">H", 1002))
        assert client.closed_within(3)


run(globals())
