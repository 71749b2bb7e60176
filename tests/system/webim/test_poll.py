#!/usr/bin/env python3
"""The old chat page over long-poll, and pages of both kinds together, on two comets in turn. IM_WEBIM: their ports."""
import re
import socket
import sys

from covers import covers
from page_cases import all_cases
from pages import PORTS, TURNS, PollPage, WsPage, fresh
from runner import run
from wait import eventually


def pages(**how):
    return PollPage(PORTS[next(TURNS) % len(PORTS)], **how)


def mixed(**how):
    """The other kind at every turn, and the other comet at every second one."""
    turn = next(TURNS)
    return (PollPage, WsPage)[turn % 2](PORTS[turn // 2 % len(PORTS)], **how)


def exchange(request, port=PORTS[0]):
    """(status, headers, body, whether the server closes)"""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sock:
        sock.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += sock.recv(65536) or b"\r\n\r\n"
        head, body = data.split(b"\r\n\r\n", 1)
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        while len(body) < int(fields["Content-Length"]):
            body += sock.recv(65536)
        return int(head.split()[1]), fields, body, fields["Connection"] == "close" and sock.recv(1) == b""


def post(path, form, port=PORTS[0]):
    """A page's session is its comet's: `port` of it."""
    body = form.encode()
    return exchange(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(body)) + body, port)


@covers("I50", "I57")
def connecting():
    status, fields, body, closed = post("/connect", "type=connect")
    assert status == 200 and not closed and fields["Access-Control-Allow-Origin"] == "*", fields
    assert re.fullmatch(rb'\{"success":1,"session_id":"[0-9a-f]{32}"\}', body), body
    assert post("/anything", "type=connect")[0] == 200  # the server looks at the type
    assert post("/connect", "")[0] == 200  # the page at the path


@covers("I51")
def addresses_are_hex():
    fd = pages().fd
    assert re.fullmatch("[0-9a-f]{32}", fd) and not fd.isdigit(), fd


@covers("I52")
def words_are_taken_first():
    page = pages()
    status, _, body, _ = post("/pub", "type=pub&session_id=%s&message=nonsense" % page.session, page.port)
    assert (status, body) == (200, b'{"success":1}'), body
    assert page.error() == 101


@covers("I53")
def a_message_an_answer():
    page = pages(keeps_on=False)
    for _ in range(3):
        page.say(cmd="getOnline")
    eventually(lambda: post("/sub", "type=sub&session_id=%s&time=80" % page.session, page.port)[2].startswith(b'{"success":1,"data":"{'))


@covers("I54")
def nothing_to_say():
    page = pages(keeps_on=False)
    quiet = eventually(lambda: [body for body in [post("/sub", "session_id=%s&time=80" % page.session, page.port)[2]] if b"data" not in body],
                       "there is always something", 120)
    assert quiet == [b'{"success":0,"text":"timeout"}'], quiet


@covers("I55")
def strangers_are_refused():
    for form in ("type=sub", "type=pub&message=x", "type=sub&session_id=" + "0" * 32, "type=sub&session_id=short", "type=other", "a=%zz",
                 "type=pub&message=x&session_id=" + pages().session[:-1] + "x"):
        status, _, body, closed = post("/sub", form)
        assert (status, body, closed) == (403, b"", True), (form, status, body, closed)
    own = pages().session
    forged = own[:16] + "%016x" % (int(own[16:], 16) ^ 1)
    assert post("/pub", "type=pub&message=x&session_id=" + forged)[0] == 403


@covers("I56")
def unknown_types():
    page = pages()
    status, _, body, closed = post("/sub", "type=other&session_id=" + page.session, page.port)
    assert (status, body, closed) == (404, b"", True)


def strange_requests():
    for request in (b"GET /connect HTTP/1.1\r\nHost: x\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
                    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n"):
        assert exchange(request)[0] in (400, 404, 431), request
    text = fresh("still here")
    listener = pages()
    pages().line(text)
    listener.heard_line(text)


OWN = (connecting, addresses_are_hex, words_are_taken_first, a_message_an_answer, nothing_to_say, strangers_are_refused, unknown_types,
       strange_requests)
SUITES = {"poll": {**all_cases(pages), **{case.__name__: case for case in OWN}}, "mixed": all_cases(mixed)}
if __name__ == "__main__":
    run("webim-" + sys.argv[1], SUITES[sys.argv[1]])
