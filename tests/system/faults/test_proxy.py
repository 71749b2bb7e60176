#!/usr/bin/env python3
"""im-faultproxy does to a connection what it says, seen from both ends: an echo server behind it. IM_BIN, IM_RUN_DIR as for the rest."""
import socket
import threading

from proxy import Proxy

ends = []  # sockets of the echo server whose peer has ended


def echo(listener):
    def serve(peer):
        try:
            while data := peer.recv(65536):
                peer.sendall(data)
        except OSError:
            pass
        ends.append(peer)

    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


def silent(client, seconds=0.3):
    client.settimeout(seconds)
    try:
        return client.recv(100) is None
    except socket.timeout:
        return True
    finally:
        client.settimeout(5)


def read(client, size):
    data = b""
    while len(data) < size:
        more = client.recv(size - len(data))
        if not more:
            break
        data += more
    return data


def check(proxy, connect):
    client = connect()
    client.sendall(b"hello")
    assert read(client, 5) == b"hello"

    for direction in ("up", "down"):
        proxy.do("set e %s stall on" % direction)
        client.sendall(b"wait")
        assert silent(client), direction
        proxy.do("clear e")
        assert read(client, 4) == b"wait"
    print("ok   a stall of one direction holds, and lets go")

    proxy.do("set e both slice on", "set e both delay 50")
    client.sendall(b"x" * 30)
    assert read(client, 30) == b"x" * 30
    proxy.do("clear e")
    print("ok   slices and delays keep the bytes")

    before = len(ends)
    proxy.do("set e up nofin on")
    client.close()
    assert proxy.numbers("e")["open"] == 1 and len(ends) == before
    proxy.do("clear e")
    for _ in range(50):
        if len(ends) > before:
            break
        threading.Event().wait(0.05)
    assert len(ends) == before + 1
    print("ok   an end is held back (half-open) and told later")

    client = connect()
    proxy.do("set e down cut 10")
    client.sendall(b"y" * 25)
    got = b""
    try:
        got = read(client, 25)
    except ConnectionResetError:
        pass
    assert len(got) <= 10, got
    proxy.do("clear e")
    print("ok   cut after 10 bytes")

    proxy.do("mode e blackhole")
    client = connect()
    client.sendall(b"anybody?")
    assert silent(client)
    proxy.do("mode e refuse")
    try:  # the end may come as early as inside connect()
        assert connect().recv(1) == b""
    except ConnectionResetError:
        pass
    proxy.do("clear e")
    print("ok   blackhole and refuse")

    client = connect()
    proxy.do("reset e")
    try:
        assert client.recv(1) == b""
    except ConnectionResetError:
        pass
    print("ok   reset")


def main():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        with Proxy(e=listener.getsockname()[1]) as proxy:
            check(proxy, lambda: socket.create_connection(("127.0.0.1", proxy.port("e")), timeout=5))


main()
