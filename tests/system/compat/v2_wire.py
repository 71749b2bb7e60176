#!/usr/bin/env python3
"""goim v2: packets and operations."""
import struct

from cases import TCP, WS, both, covers, push, run
from goim_client import TcpClient, WsClient, packet

HOSTILE = bytes.fromhex("00001000001000010000000400000001")


def header(size, header_size=16, op=2):
    return struct.pack(">ihhii", size, header_size, 1, op, 1)


@covers("P01", "P05", "O01", "O04", "O05")
def vectors_byte_for_byte():
    client = TcpClient(TCP)
    token = b'{"mid":1001,"room_id":"live://vectors"}'
    client.raw(struct.pack(">i", 16 + len(token)) + bytes.fromhex("0010 0001 00000007 00000001") + token)
    sent_and_expected = (
        ("", "00000010 0010 0001 00000008 00000001"),
        ("00000010 0010 0001 00000002 00000001", "00000014 0010 0001 00000003 00000001 00000001"),
        ("0000001b 0010 0001 0000000c 00000002" + b"live://2000".hex(), "0000001b 0010 0001 0000000d 00000002" + b"live://2000".hex()),
        ("00000019 0010 0001 0000000e 00000003" + b"1000,1001".hex(), "00000019 0010 0001 0000000f 00000003" + b"1000,1001".hex()),
        ("00000014 0010 0001 00000010 00000004" + b"1000".hex(), "00000014 0010 0001 00000011 00000004" + b"1000".hex()),
    )
    for sent, expected in sent_and_expected:
        client.raw(bytes.fromhex(sent))
        wanted = bytes.fromhex(expected)
        seen = b""
        while len(seen) < len(wanted):
            seen += client.sock.recv(len(wanted) - len(seen))
        assert seen == wanted, (seen.hex(), wanted.hex())


@covers("P05")
def version_and_sequence_come_back():
    for make, port in both():
        client = make(port)
        client.send(7, b"{}", seq=77, ver=3)
        assert client.receive() == (3, 8, 77, b"")
        for seq in (0, -1, 2**31 - 1):
            client.send(2, seq=seq, ver=2)
            assert client.receive()[:3] == (2, 3, seq)


@covers("P02")
def other_header_lengths_close():
    for size in (0, 15, 17, -1):
        client = TcpClient(TCP).auth(mid=3)
        client.raw(header(16, size))
        assert client.closed_within(3), size
        client = WsClient(WS).auth(mid=3)
        client.frame(header(16, size))
        assert client.closed_within(3), size


@covers("P03")
def body_limit_is_4096():
    for make, port in both():
        client = make(port).auth(mid=2)
        client.send(14, b"1" * 4096)
        assert client.receive()[1] == 15
        client.send(14, b"1" * 4097)
        assert client.closed_within(3)


@covers("P04")
def lengths_below_16_close():
    for size in (15, 1, 0, -1, -2**31):
        client = TcpClient(TCP).auth(mid=3)
        client.raw(header(size))
        assert client.closed_within(3), size
        client = WsClient(WS).auth(mid=3)
        client.frame(header(size))
        assert client.closed_within(3), size


@covers("P06")
def pushes_may_be_larger_than_4096():
    for make, port in both():
        client = make(port).auth(room_id="live://large%d" % port)
        push("/goim/push/room?operation=1&type=live&room=large%d" % port, b"x" * 60000)
        assert client.receive() == (1, 1, 0, b"x" * 60000)


@covers("P07")
def hostile_messages_echo_nothing():
    for fragments in ((HOSTILE,), (HOSTILE[:8], HOSTILE[8:])):
        client = WsClient(WS).auth(mid=4)
        for i, part in enumerate(fragments):
            client.frame(part, 2 if i == 0 else 0, fin=i == len(fragments) - 1)
        opcode, payload = client.message()
        assert opcode == 8 and len(payload) < 64, (opcode, payload)
        assert client.closed_within(3)


@covers("O02")
def op_3_is_a_heartbeat():
    for make, port in both():
        client = make(port).auth(mid=7, room_id="live://three%d" % port)
        client.send(3, seq=6)
        assert client.receive() == (1, 3, 6, struct.pack(">i", 1))


@covers("O03")
def op_9_of_a_client():
    tcp = TcpClient(TCP).auth(mid=8)
    tcp.send(9, b"whatever", seq=3)
    tcp.send(2, seq=4)
    assert tcp.receive()[1:3] == (3, 4)
    ws = WsClient(WS).auth(mid=8)
    ws.send(9, b"whatever", seq=3)
    assert ws.message() == (2, packet(9, 3))


@covers("O04")
def change_room():
    for make, port in both():
        client = make(port).auth(mid=5, room_id="live://from%d" % port)
        client.send(12, b"live://to%d" % port, seq=2)
        assert client.receive() == (1, 13, 2, b"live://to%d" % port)
        push("/goim/push/room?operation=1&type=live&room=from%d" % port, b"old room")
        push("/goim/push/room?operation=1&type=live&room=to%d" % port, b"new room")
        assert client.receive()[3] == b"new room"
        client.send(12, b"", seq=3)
        assert client.receive() == (1, 13, 3, b"")
        push("/goim/push/room?operation=1&type=live&room=to%d" % port, b"left")
        assert client.silent()
        client.send(12, b"x" * 4096, seq=4)  # not possible, echoed all the same
        assert client.receive() == (1, 13, 4, b"x" * 4096)


@covers("O05", "D03")
def subscribe_and_unsubscribe():
    for make, port in both():
        client = make(port).auth(mid=9000 + port)
        client.send(14, b"1000,1001", seq=3)
        assert client.receive() == (1, 15, 3, b"1000,1001")
        push("/goim/push/mids?operation=1001&mids=%d" % (9000 + port), b"wanted")
        assert client.receive()[1:] == (1001, 0, b"wanted")
        client.send(16, b"1001", seq=4)
        assert client.receive() == (1, 17, 4, b"1001")
        push("/goim/push/mids?operation=1001&mids=%d" % (9000 + port), b"not wanted")
        push("/goim/push/mids?operation=1000&mids=%d" % (9000 + port), b"still wanted")
        assert client.receive()[1:] == (1000, 0, b"still wanted")


@covers("O06")
def one_bad_number_and_nothing_happens():
    for bad in (b"2000,x", b"2000, 2001", b"2000,", b",2000", b"2000,99999999999", b"2000.0"):
        client = TcpClient(TCP).auth(mid=9100, accepts=[1])
        client.send(14, bad, seq=1)
        assert client.receive() == (1, 15, 1, bad)
        push("/goim/push/mids?operation=2000&mids=9100", b"not subscribed")
        push("/goim/push/mids?operation=1&mids=9100", b"subscribed")
        assert client.receive()[1] == 1, bad
        client.send(16, b"1,x", seq=2)
        assert client.receive() == (1, 17, 2, b"1,x")
        push("/goim/push/mids?operation=1&mids=9100", b"still subscribed")
        assert client.receive()[3] == b"still subscribed"
        client.close()


@covers("O07")
def any_other_op_comes_back_empty():
    for make, port in both():
        client = make(port).auth(mid=6)
        for op in (4, 7, 6, 0, 1, 5, 8, 10, 11, 13, 15, 17, 254, 255, 100000, -1):
            client.send(op, b"hello", seq=op)
            assert client.receive() == (1, op, op, b""), op


@covers("O08")
def replies_keep_the_order_of_requests():
    client = TcpClient(TCP).auth(mid=80)
    client.raw(b"".join(packet((2, 4, 14)[i % 3], i, b"5" if i % 3 == 2 else b"") for i in range(1000)))
    assert [client.receive()[2] for _ in range(1000)] == list(range(1000))


run(globals())
