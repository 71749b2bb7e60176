#!/usr/bin/env python3
"""goim v2 HTTP while Kafka is down: run after the broker was killed, with a short kafka.delivery_timeout."""
import json

from cases import TCP, covers, http, run
from goim_client import TcpClient


def code(path):
    status, _, body = http("POST", path, b"x")
    answer = json.loads(body)
    assert status == 200 and answer["message"] != "", (status, body)
    return answer["code"]


@covers("H15")
def nothing_is_acknowledged_without_kafka():
    # Logins do not need Kafka. Nobody there, nothing to acknowledge: the targets must be online.
    listener = TcpClient(TCP).auth(mid=9500, key="down", accepts=[1], room_id="live://down")
    assert code("/goim/push/room?operation=1&type=live&room=down") == -500
    assert code("/goim/push/all?operation=1") == -500
    assert code("/goim/push/mids?operation=1&mids=9500") == -500
    assert code("/goim/push/keys?operation=1&keys=down") == -400
    listener.send(2)
    assert listener.receive()[1] == 3


run(globals())
