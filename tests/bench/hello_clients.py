#!/usr/bin/env python3
"""hello_clients.py PORT COUNT: logs COUNT users in over TCP, each says hello, prints "held", keeps them until standard input ends."""
import json
import sys

from goim_client import TcpClient

port, count = int(sys.argv[1]), int(sys.argv[2])
held = []
for number in range(count):
    client = TcpClient(port)
    client.auth(mid=700000 + number, key="hello-%d" % number, platform="web", accepts=[1000])
    client.send(100, json.dumps({"cmd": "hello", "device": "d%d" % number, "platform": "web"}).encode())
    reply = client.receive()
    assert reply[1] == 101 and json.loads(reply[3])["ok"], reply
    held.append(client)
print("held", flush=True)
sys.stdin.read()
