"""Logins that are cut off: nothing of them may stay in the routers."""
import random
import socket
import struct
import time

import neighbours
from goim_client import TcpClient, WsClient, packet
from neighbours import PORTS, eventually, metric


def reset(client):
    """RST in place of FIN."""
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def logins_cut_off_leave_no_session():
    """Clients that reset their connection right behind op 7, while the login is under way. The routers forget them because the comet says so,
    not because their slow pass finds them."""
    chance = random.Random(17)
    before, checks = metric("router-1", "im_router_sessions"), metric("router-1", "im_router_checks_total")
    logins = metric("logic-1", 'im_logic_connects_total{outcome="ok"}')
    for i in range(600):
        body = b'{"mid":0,"key":"cut-%d","accepts":[1000]}' % i
        client = WsClient(neighbours.WS) if i % 3 == 0 else TcpClient(PORTS["comet-%d" % (1 + i % 2)])
        client.frame(packet(7, 1, body)) if i % 3 == 0 else client.send(7, body)
        time.sleep(chance.uniform(0, 0.004))  # before, while and after the login is carried out
        reset(client)
    carried_out = metric("logic-1", 'im_logic_connects_total{outcome="ok"}') - logins
    assert carried_out >= 100, "only %d of the logins were carried out: nothing is shown" % carried_out
    eventually(lambda: metric("router-1", "im_router_sessions") <= before, "sessions of clients that are gone stay")
    assert metric("router-1", "im_router_checks_total") == checks, "they went because the slow pass found them"


CASES = [logins_cut_off_leave_no_session]
