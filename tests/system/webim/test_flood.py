#!/usr/bin/env python3
"""10,000 logins from one address (1,000 in a plain run) at a comet that takes few connections of one: all but those are turned away, and a page
that is in loses nothing. IM_WEBIM: ports; IM_MOST: client.max_per_ip; IM_LOGINS: how many."""
import os
import socket

from covers import covers
from goim_client import Closed
from pages import PORTS, PollPage, WsPage, fresh
from runner import run
from wait import eventually

MOST, LOGINS = int(os.environ["IM_MOST"]), int(os.environ["IM_LOGINS"])
KINDS = (WsPage, PollPage)


def login(kind):
    """A page that is in, or None: turned away."""
    try:
        return kind(PORTS[0])
    except (Closed, OSError, AssertionError):
        return None


@covers("I33")
def logins_without_end():
    inside, other = WsPage(PORTS[0]), WsPage(PORTS[1])
    let_in = []
    for turn in range(LOGINS):
        page = login(KINDS[turn % 2])
        if page:
            let_in.append(page)
        if turn % 100 == 0:
            text = fresh("meanwhile")
            inside.line(text)
            other.heard_line(text)
    print("     logins=%d let_in=%d" % (LOGINS, len(let_in)))
    assert 0 < len(let_in) < MOST, len(let_in)
    with socket.create_connection(("127.0.0.1", PORTS[0]), timeout=60, source_address=("127.0.0.2", 0)) as elsewhere:
        elsewhere.sendall(b"POST /connect HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\ntype=connect")
        assert elsewhere.recv(100).startswith(b"HTTP/1.1 200"), "another address pays for it"
    for page in let_in:
        page.leave()
    eventually(lambda: login(WsPage), "nobody is let in any more", 60, 0.5)


run("webim-flood", [logins_without_end])
