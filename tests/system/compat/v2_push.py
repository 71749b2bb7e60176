#!/usr/bin/env python3
"""goim v2: how pushes look and whom they reach."""

from cases import TCP, WS, both, covers, push, run
from goim_client import TcpClient, WsClient, packet


@covers("D01")
def on_websocket_inside_op_9():
    client = WsClient(WS).auth(mid=9201, key="d01", accepts=[1000], room_id="live://d01")
    for path in ("/goim/push/mids?operation=1000&mids=9201", "/goim/push/keys?operation=1000&keys=d01",
                 "/goim/push/room?operation=1000&type=live&room=d01", "/goim/push/all?operation=1000"):
        push(path, b"a")
        assert client.message() == (2, bytes.fromhex("00000021 0010 0001 00000009 00000000") + packet(1000, 0, b"a")), path


@covers("D02")
def on_tcp_bare_packets():
    client = TcpClient(TCP).auth(room_id="live://d02")
    push("/goim/push/room?operation=1000&type=live&room=d02", b"a")
    push("/goim/push/room?operation=1000&type=live&room=d02", b"b")
    wanted = bytes.fromhex("00000011 0010 0001 000003e8 00000000 61  00000011 0010 0001 000003e8 00000000 62")
    seen = b""
    while len(seen) < len(wanted):
        seen += client.sock.recv(100)
    assert seen == wanted, seen.hex()


@covers("D03", "D04")
def the_filter():
    for make, port in both():
        uid, room = 9300 + port, "d03-%d" % port
        client = make(port).auth(mid=uid, key="d03-%d" % port, accepts=[1000], room_id="live://" + room)
        for path in ("keys?operation=%%d&keys=d03-%d" % port, "mids?operation=%%d&mids=%d" % uid, "all?operation=%d"):
            push("/goim/push/" + path % 1001, b"not wanted")
            push("/goim/push/" + path % 1000, path.encode())
            assert client.receive()[1:] == (1000, 0, path.encode())
        push("/goim/push/room?operation=1001&type=live&room=" + room, b"rooms ignore it")
        assert client.receive()[1:] == (1001, 0, b"rooms ignore it")
        none = make(port).auth(mid=uid + 1)
        push("/goim/push/mids?operation=1000&mids=%d" % (uid + 1), b"no filter given: nothing")
        assert none.silent()
        client.close()


@covers("D05")
def a_burst_of_45():
    clients = [make(port).auth(mid=45, key="b%d" % port, room_id="live://burst") for make, port in both()]
    for i in range(45):
        push("/goim/push/room?operation=1&type=live&room=burst", str(i).encode())
    for client in clients:
        assert [client.receive()[3] for _ in range(45)] == [str(i).encode() for i in range(45)]
        assert client.silent()


@covers("D06")
def any_bytes():
    body = bytes(range(256)) * 4
    for make, port in both():
        client = make(port).auth(room_id="live://bytes%d" % port)
        for each in (body, b"", b"\0", "héllo ☃".encode()):
            push("/goim/push/room?operation=1&type=live&room=bytes%d" % port, each)
            assert client.receive()[3] == each


run(globals())
