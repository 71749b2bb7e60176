#!/usr/bin/env python3
"""goim v2: deadlines. Needs a comet with a handshake deadline of 2 s and a logic with a heartbeat of 1 s, twice. No upper
times are asserted: only that a connection is closed, and that one that renews is not."""
import time

from cases import TCP, WS, both, covers, run
from goim_client import TcpClient, WsClient


@covers("S02")
def silence_before_auth_closes():
    started = time.monotonic()
    clients = [TcpClient(TCP), WsClient(WS), TcpClient(WS)]  # the last one never sends its upgrade
    clients[0].send(2)  # ignored, and no reason to wait longer
    for client in clients:
        assert client.closed_within(10)
    assert time.monotonic() - started > 1.5


@covers("S12", "O02")
def only_op_2_renews():
    for make, port in both():
        keeps, asks = make(port).auth(mid=1), make(port).auth(mid=2)
        for _ in range(8):
            time.sleep(0.5)
            keeps.send(2)
            assert keeps.receive()[1] == 3
            try:
                asks.send(3)
                asks.send(4)
            except OSError:
                pass  # closed already
        assert asks.closed_within(1)
        keeps.send(2)
        assert keeps.receive()[1] == 3


run(globals())
