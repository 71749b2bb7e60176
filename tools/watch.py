#!/usr/bin/env python3
"""Prints what a goim v2 client receives: watch.py --tcp HOST:PORT [--uid N] [--key K] [--room TYPE://ID] [--accepts 1000,1001] [--count N]"""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "cluster"))
from goim_client import Closed, TcpClient  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--tcp", default="127.0.0.1:3101")
parser.add_argument("--uid", type=int, default=0)
parser.add_argument("--key", default="")
parser.add_argument("--room", default="")
parser.add_argument("--accepts", default="1000")
parser.add_argument("--count", type=int, default=0, help="end after that many messages")
options = parser.parse_args()
host, port = options.tcp.rsplit(":", 1)
try:
    client = TcpClient(int(port), host)
    client.auth(mid=options.uid, key=options.key, room_id=options.room, accepts=[int(op) for op in options.accepts.split(",") if op])
    print("connected; waiting for pushes", file=sys.stderr)
    client.sock.settimeout(None)
    seen = 0
    while not options.count or seen < options.count:
        _, op, _, body = client.receive()
        print(json.dumps({"op": op, "body": body.decode(errors="replace")}), flush=True)
        seen += 1
except Closed:
    sys.exit("the comet closed the connection")
except OSError as error:
    sys.exit("cannot reach a comet at %s: %s; ./im status shows what runs" % (options.tcp, error))
except KeyboardInterrupt:
    sys.exit(130)
