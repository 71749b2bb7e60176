#!/usr/bin/env python3
"""goim v1: deadlines. Needs a v1 handshake deadline and a v1 read deadline of 2 s. No upper times are asserted."""
import os
import time

from cases import covers, run

from goim_v1_client import V1JsonClient, V1TcpClient

TCP = int(os.environ["IM_V1_TCP"])
WS = int(os.environ["IM_V1_WS"])


@covers("V02")
def silence_before_auth_closes():
    started = time.monotonic()
    for client in [V1TcpClient(TCP), V1JsonClient(WS), V1TcpClient(WS)]:
        assert client.closed_within(10)
    assert time.monotonic() - started > 1.5


@covers("V07")
def only_op_2_renews():
    for make, port, token in ((V1TcpClient, TCP, b"1"), (V1JsonClient, WS, 1)):
        keeps, asks = make(port).auth(token), make(port).auth(token)
        for _ in range(8):
            time.sleep(0.5)
            keeps.send(2)
            assert keeps.receive()[1] == 3
            try:
                asks.send(4)
                asks.send(254)
            except OSError:
                pass  # closed already
        assert asks.closed_within(1)
        keeps.send(2)
        assert keeps.receive()[1] == 3


run(globals())
