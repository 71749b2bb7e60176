#!/usr/bin/env python3
"""What pages that wait in a long-poll cost comet-1 in memory of its own, and as a control the same pages over WebSocket, which wait for
nothing. They log in for the rooms, so that nobody is told of ten thousand logins. Red when a waiting poll costs more than --most
bytes."""
import argparse
import json
import re
import resource
import socket
import sys
import time
import urllib.parse

import cluster
from goim_client import WsClient
from pages import PORTS

LOGIN = '{"cmd":"login","for":"rooms"}'


def own_memory():
    """Bytes of comet-1 that no file stands behind."""
    with open("/proc/%d/status" % cluster.pid("comet-1")) as file:
        return int(re.search(r"^RssAnon:\s+(\d+) kB", file.read(), re.M).group(1)) * 1024


class Poll:
    def __init__(self):
        self.sock = socket.create_connection(("127.0.0.1", PORTS[0]), timeout=60)
        self.session = self.ask("/connect", type="connect")["session_id"]
        assert self.ask("/pub", type="pub", message=LOGIN)["success"] == 1
        assert json.loads(self.ask("/sub", type="sub", time="80")["data"])["event"] == "connect"
        self.send("/sub", type="sub", time="80")

    def send(self, path, **form):
        body = urllib.parse.urlencode({"session_id": getattr(self, "session", ""), **form}).encode()
        self.sock.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(body)) + body)

    def ask(self, path, **form):
        self.send(path, **form)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, body = data.split(b"\r\n\r\n", 1)
        length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
        while len(body) < length:
            body += self.more()
        assert head.startswith(b"HTTP/1.1 200"), head
        return json.loads(body)

    def more(self):
        data = self.sock.recv(65536)
        assert data, "closed"
        return data

    def waits(self):
        self.sock.setblocking(False)
        try:
            return self.sock.recv(1) is None
        except BlockingIOError:
            return True

    def close(self):
        self.sock.close()


class Page:
    def __init__(self):
        self.client = WsClient(PORTS[0], path="/")
        self.client.frame(LOGIN.encode(), opcode=1)
        assert json.loads(self.client.message()[1])["event"] == "connect"

    def waits(self):
        return True

    def close(self):
        self.client.close()


def cost(kind, pages):
    """Bytes each, on a comet that was just started and has had one."""
    cluster.kill("comet-1")
    cluster.start("comet-1")
    first = kind()
    time.sleep(2)
    before, begin = own_memory(), time.monotonic()
    held = [kind() for _ in range(pages)]
    took = time.monotonic() - begin
    each = (own_memory() - before) / pages
    assert all(one.waits() for one in held), "some were answered"
    for one in [first, *held]:
        one.close()
    print("%-9s pages=%d bytes_each=%d opened in %d s" % (kind.__name__.lower(), pages, each, took), flush=True)
    return each


def main():
    options = argparse.ArgumentParser()
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    options.add_argument("--pages", type=int, default=10_000)
    options.add_argument("--most", type=int, default=8192)
    options = options.parse_args()
    pages, most = options.pages, options.most
    # Each is one file here and one of the comet, which keeps an eighth of what it may open; workers do not get equal shares of them.
    if pages > files * 3 // 4:
        sys.exit("poll_memory.py: %d pages want a limit of %d open files and there are %d: raise it with `ulimit -Hn`, or give fewer --pages" % (
            pages, pages * 4 // 3 + 1, files))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    control, poll = cost(Page, pages), cost(Poll, pages)
    print("webim poll memory: poll=%d control=%d most=%d failed=%d" % (poll, control, most, poll > most))
    sys.exit(1 if poll > most or control <= 0 else 0)


if __name__ == "__main__":
    main()
