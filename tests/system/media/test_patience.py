#!/usr/bin/env python3
"""imctl media put and get against a logic that says "later" (docs/media.md "Download"): tried again when it says, given up with its words.
IM_BIN comes from the environment."""
import contextlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

DATA = os.urandom(1000)
ID = "ab" * 16
FULL = {"ok": False, "code": 4503, "error": "the disk is full"}
OFTEN = 30  # more than the twenty times that were once enough to give up


KINDS = (("PUT " + ID, "put"), ("POST media.begin", "put"), ("POST media.get", "get"), ("GET token", "get"))
CUT = None  # instead of an answer


class Later(http.server.BaseHTTPRequestHandler):
    """Says the refusals, one after the other, to every kind of request that is refused, and then does it."""
    protocol_version = "HTTP/1.1"

    def do(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.command + " " + self.path.rsplit("/", 1)[1]
        asked = self.server.asked[kind] = self.server.asked.get(kind, 0) + 1
        if kind in self.server.refused and asked <= len(self.server.refusals):
            return self.refuse(self.server.refusals[asked - 1])
        self.say(*self.good(kind))

    do_GET = do_PUT = do_POST = do

    def refuse(self, refusal):
        if refusal is CUT:
            self.close_connection = True
        elif isinstance(refusal, int):
            self.say(refusal, b"<html>of something in between</html>")
        else:
            self.say(refusal["code"] - 4000, json.dumps(refusal).encode())

    def good(self, kind):
        place = {"ok": True, "media_id": ID, "offset": 0, "size": len(DATA), "done": False}
        if kind == "PUT " + ID:
            place.update(offset=len(DATA), done=True)
        if kind == "POST media.get":
            place = {"ok": True, "urls": {"file": "/media/file/token"}, "name": "a", "mime": "x", "size": len(self.server.data), "until_ms": 0}
        if kind == "GET token":
            return 206, self.server.data, "bytes 0-%d/%d" % (len(self.server.data) - 1, len(self.server.data))
        return 200, json.dumps({**place, "upload": "/media/upload/" + ID, "token": "u"}).encode()

    def say(self, status, body, content_range=None):
        self.send_response(status)
        if content_range:
            self.send_header("Content-Range", content_range)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def full(**more):
    return {**FULL, **more}


@contextlib.contextmanager
def later(refused, *refusals, data=DATA):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Later)
    server.refused, server.refusals, server.data, server.asked = refused, refusals, data, {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def imctl(server, *words):
    """(how it ended, what it printed)."""
    with tempfile.TemporaryDirectory() as folder:
        path, back = os.path.join(folder, "photo"), os.path.join(folder, "back")
        with open(path, "wb") as file:
            file.write(DATA)
        rest = ("put", path, "--conv", "1") if words[-1] == "put" else ("get", "1:2", "-o", back)
        done = subprocess.run([os.path.join(os.environ["IM_BIN"], "imctl"), "media", "--public", "http://127.0.0.1:%d" % server.server_port,
                               *words[:-1], *rest], capture_output=True, text=True, timeout=120, env={**os.environ, "IM_TOKEN": "t"})
        if rest[0] == "get" and done.returncode == 0:
            with open(back, "rb") as file:
                assert file.read() == server.data
        return done.returncode, done.stdout + done.stderr


def asked_again_when_logic_says():
    for kind, word in KINDS:
        with later([kind], *[full(retry_ms=1)] * OFTEN) as server:
            ended, said = imctl(server, word)
            assert ended == 0, (kind, said)
            assert server.asked[kind] == OFTEN + 1, server.asked


def not_asked_before_logic_says():
    """An hour is longer than the patience: it is given up at once, in the words of logic."""
    for kind, word in KINDS:
        with later([kind], full(retry_ms=3_600_000)) as server:
            ended, said = imctl(server, word)
            assert ended == 1 and server.asked[kind] == 1, (kind, said, server.asked)
            assert "http://127.0.0.1:%d: the disk is full (code 4503), again in 3600000 ms; try the same later\n" % server.server_port in said, said


def patience_is_chosen():
    with later(["PUT " + ID], FULL) as server:
        ended, said = imctl(server, "--patience", "0", "put")
        assert ended == 1 and server.asked["PUT " + ID] == 1, (said, server.asked)
        assert "photo: the upload, 0 of 1000 bytes, stands still for 0 s;" in said and "the disk is full (code 4503); try" in said, said


def what_is_not_for_a_while_is_not_asked_again():
    for refusal in ({"ok": False, "code": 4413, "error": "too large"}, {"ok": False, "code": 4429, "error": "your bytes for today are used up"}):
        with later(["PUT " + ID], refusal) as server:
            ended, said = imctl(server, "put")
            assert ended == 1 and server.asked["PUT " + ID] == 1, (said, server.asked)
            assert "the upload is refused: %s (code %d)" % (refusal["error"], refusal["code"]) in said, said


def a_file_that_looks_like_an_answer_is_a_file():
    for data in (b'{"retry_ms":5}', b'{"ok":false,"code":4503,"error":"a","retry_ms":3600000}'):
        with later([], data=data) as server:
            ended, said = imctl(server, "--patience", "5", "get")
            assert ended == 0 and server.asked["GET token"] == 1, (said, server.asked)


def a_transfer_goes_on_after_cuts_and_failures_of_others():
    for kind, word in (("PUT " + ID, "put"), ("GET token", "get")):
        with later([kind], CUT, 502, CUT) as server:
            ended, said = imctl(server, word)
            assert ended == 0 and server.asked[kind] == 4, (kind, said, server.asked)


def where_logic_has_answered_it_comes_back():
    """An address where it never did may be wrong: logic is looked for shortly, it may be starting."""
    for kind, word in (("POST media.begin", "put"), ("POST media.get", "get")):
        with later([kind], full(retry_ms=1), CUT, 502, full()) as server:
            ended, said = imctl(server, word)
            assert ended == 0 and server.asked[kind] == 5, (kind, said, server.asked)
        for refusal, exit_code, words in ((CUT, 4, "cannot reach logic at"), (502, 1, "answered HTTP 502; is that the public port")):
            with later([kind], *[refusal] * 100) as server:
                ended, said = imctl(server, "--patience", "5", word)
                assert ended == exit_code and words in said and 1 < server.asked[kind] < 20, (kind, said, server.asked)
            with later([kind], refusal, refusal) as server:
                ended, said = imctl(server, word)
                assert ended == 0 and server.asked[kind] == 3, (kind, said, server.asked)


def a_conflict_is_only_tried_again_where_it_says_another_byte():
    conflict = {"ok": False, "code": 4409, "error": "the next byte is another one"}
    with later(["PUT " + ID], conflict) as server:
        ended, said = imctl(server, "put")
        assert ended == 0 and (server.asked["PUT " + ID], server.asked["GET " + ID]) == (2, 1), (said, server.asked)
    for kind, word in KINDS[1:]:
        with later([kind], conflict) as server:
            ended, said = imctl(server, word)
            assert ended == 1 and server.asked[kind] == 1 and "the next byte is another one (code 4409)" in said, (kind, said, server.asked)


def the_place_is_not_asked_for_before_logic_says_either():
    with later(["PUT " + ID, "GET " + ID], full(retry_ms=1), full(retry_ms=1), full(retry_ms=3_600_000)) as server:
        ended, said = imctl(server, "put")
        assert ended == 1 and "again in 3600000 ms" in said, (said, server.asked)
        assert (server.asked["PUT " + ID], server.asked["GET " + ID]) == (1, 3), server.asked


if __name__ == "__main__":
    sys.exit(run("patience of imctl media", globals()))
