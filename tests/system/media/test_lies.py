#!/usr/bin/env python3
"""imctl media put and get beside a server that lies (docs/media.md "Download"). IM_BIN comes from the environment."""
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading

from test_patience import DATA, ID, Later, imctl
from wait import eventually

import http.server

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

ESC = "\x1b[31m"
GIVEN_UP = (1, 4)  # 4: the last answer came too late, as on a busy machine


class Liar(Later):
    """Answers a kind of request as the case says, and the others rightly."""

    def good(self, kind):
        lie = self.server.lies.get(kind.split("?")[0])
        if lie is None:
            return super().good(kind)
        return lie(self) if callable(lie) else lie


@contextlib.contextmanager
def liar(**lies):
    """Lies by the word of the command: put, begin, place, links, bytes, part."""
    kinds = {"put": "PUT " + ID, "begin": "POST media.begin", "place": "GET " + ID, "links": "POST media.get", "bytes": "GET token", "part": "GET check"}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    server.handle_error = lambda *_: None  # who lies is hung up on
    server.refused, server.refusals, server.data, server.asked = (), (), DATA, {}
    server.lies = {kinds[name]: lie for name, lie in lies.items()}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def place(offset):
    return 200, b'{"ok":true,"media_id":"%s","offset":%d,"size":1000,"done":false}' % (ID.encode(), offset)


def an_upload_that_does_not_move_ends():
    with liar(put=place(0)) as server:
        ended, said = imctl(server, "--patience", "10", "put")
        assert ended in GIVEN_UP and "stands still" in said and 1 < server.asked["PUT " + ID] < 20, (ended, said, server.asked)


def an_upload_that_moves_to_and_fro_ends():
    def turns(handler):
        return place(500 if handler.server.asked["PUT " + ID] % 2 else 0)
    with liar(put=turns) as server:
        ended, said = imctl(server, "--patience", "10", "put")
        assert ended in GIVEN_UP and "stands still" in said and 1 < server.asked["PUT " + ID] < 20, (ended, said, server.asked)
    with liar(put=place(1001)) as server:
        ended, said = imctl(server, "put")
        assert ended == 1 and "has more bytes" in said and server.asked["PUT " + ID] == 1, (said, server.asked)


def a_time_of_ages_is_none():
    for ages in (2 ** 62, 2 ** 63 - 1, 2 ** 64 - 1):
        with liar(put=(503, b'{"ok":false,"code":4503,"error":"full","retry_ms":%d}' % ages)) as server:
            ended, said = imctl(server, "put")
            assert ended == 1 and server.asked["PUT " + ID] == 1 and "try the same later" in said, (ages, said, server.asked)


def a_server_that_hangs_is_given_up():
    def hangs(handler):
        handler.server.hanging.wait()
        return place(0)
    with liar(put=hangs, place=hangs) as server:
        server.hanging = threading.Event()
        try:
            ended, said = imctl(server, "--patience", "2", "put")  # which has less time than one call had
        finally:
            server.hanging.set()
        assert ended == 4 and "no answer" in said, (ended, said)


def whole(total):
    return b"bytes 0-%d/%d" % (total - 1, total)


def what_is_not_the_file_is_not_saved():
    more = DATA + b"more"
    for lie, word in (((206, DATA), "does not say"),
                      ((206, DATA[:500], "bytes 0-999/1000"), "sends 500 bytes and says 1000"),
                      ((206, DATA[:500], "bytes 0-499/500"), "500 bytes, and 1000 were announced"),
                      ((206, more, "bytes 0-1003/1004"), "1004 bytes, and 1000 were announced"),
                      ((206, DATA, "bytes 1-1000/1001"), "were announced"),
                      ((206, DATA[:500], "bytes 500-999/1000"), "bytes from 500 on, and 0 is the next"),
                      ((200, DATA), "is refused")):
        with liar(bytes=lie) as server:
            ended, said = imctl(server, "get")
            assert ended == 1 and word in said and server.asked["GET token"] == 1, (lie[0], lie[2:], said)


def a_variant_is_as_long_as_announced():
    small = b'{"ok":true,"urls":{"small":"/media/file/token"},"name":"a","size":5%s}'
    for sizes, total, word in ((b',"sizes":{"small":999}', 1000, "1000 bytes, and 999 were announced"),
                               (b"", 2 ** 40, "logic did not announce them")):
        with liar(links=(200, small % sizes), bytes=(206, DATA, "bytes 0-999/%d" % total)) as server, tempfile.TemporaryDirectory() as folder:
            one = begun_get(server, folder, "--variant", "small")
            said = one.communicate(timeout=60)[1]
            assert one.returncode == 1 and word in said and os.listdir(folder) == [], said


def what_an_answer_has_not_is_named():
    for word, missing, lies in (("put", "media_id", {"begin": (200, b'{"ok":true,"offset":0,"done":true}')}),
                                ("put", "offset", {"put": (200, b'{"ok":true,"done":"no"}')}),
                                ("get", "urls", {"links": (200, b'{"ok":true,"name":"a"}')})):
        with liar(**lies) as server:
            ended, said = imctl(server, word)
            assert ended == 1 and 'has no "%s"' % missing in said, said


def a_file_that_never_ends_is_not_taken():
    def ever(handler):
        handler.send_response(206)
        handler.send_header("Content-Range", "bytes 0-999/1000")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(bytes(1 << 20))
        handler.close_connection = True
        return 206, b""
    with liar(bytes=ever) as server:
        ended, said = imctl(server, "--patience", "3", "get")
        assert ended != 0, said


def a_range_may_be_a_shorter_one():
    """As HTTP allows: it goes on behind it."""
    def some(handler):
        first = int(handler.headers["Range"].split("=")[1].split("-")[0])
        last = min(first + 299, 999)
        return 206, DATA[first:last + 1], "bytes %d-%d/1000" % (first, last)
    with liar(bytes=some) as server:
        ended, said = imctl(server, "get")
        assert ended == 0 and server.asked["GET token"] == 4, (said, server.asked)


def an_address_that_is_over_is_asked_for_again():
    """Once for each piece: who may not read any more is told so."""
    over = 403, b'{"ok":false,"code":4403,"error":"the address is over"}'
    def once(handler):
        return over if handler.server.asked["GET token"] == 1 else (206, DATA, whole(len(DATA)).decode())
    with liar(bytes=once) as server:
        ended, said = imctl(server, "get")
        assert ended == 0 and server.asked["POST media.get"] == 2 and server.asked["GET token"] == 2, (said, server.asked)
    with liar(bytes=over) as server:
        ended, said = imctl(server, "get")
        assert ended == 1 and "the address is over" in said and server.asked["GET token"] == 2, (said, server.asked)


def nothing_of_a_server_moves_the_cursor():
    bad = '{"ok":false,"code":4403,"error":"\\u001b[31mred"}'.encode()
    for word, lies in (("put", {"begin": (403, bad)}), ("put", {"put": (403, bad)}), ("get", {"bytes": (403, bad)}),
                       ("put", {"begin": (200, b'{"ok":true,"media_id":"\\u001b[31m","offset":0,"done":true}')}),
                       ("put", {"begin": (200, b'{"ok":true,"media_id":"a","offset":0,"done":false,"upload":"\\u001b[31m","token":"t"}')})):
        with liar(**lies) as server:
            _, said = imctl(server, word)
            assert "\x1b" not in said and "\\x1b[31m" in said, (lies, said)


def a_name_of_the_sender_is_printed_on_one_line():
    with liar(links=(200, b'{"ok":true,"urls":{"file":"/media/file/token"},"name":"a\\u001b[31mb","size":1000}')) as server:
        with tempfile.TemporaryDirectory() as folder:
            done = begun_get(server, folder).communicate(timeout=60)
            assert "\x1b" not in done[0] + done[1] and "a\\x1b[31mb, 1000 bytes" in done[0], done


def a_part_that_is_always_too_much_ends():
    with liar(**{"part": (200, b'{"too_many":true}')}) as server:
        done = subprocess.run([os.path.join(os.environ["IM_BIN"], "imctl"), "--admin", "http://127.0.0.1:%d" % server.server_port, "media", "check"],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and "too many media" in done.stderr, done
        assert sum(server.asked.values()) == 3, server.asked


def begun_get(server, folder, *words):
    return subprocess.Popen([os.path.join(os.environ["IM_BIN"], "imctl"), "media", "--public", "http://127.0.0.1:%d" % server.server_port, "get", "1:2",
                             *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env={**os.environ, "IM_TOKEN": "t"})


def half_a_file_goes_with_the_program():
    def hangs(handler):
        handler.server.hanging.wait()
        return 500, b""
    for number in (signal.SIGINT, signal.SIGTERM):
        with liar(bytes=hangs) as server, tempfile.TemporaryDirectory() as folder:
            server.hanging = threading.Event()
            try:
                one = begun_get(server, folder, "-o", "back")
                eventually(lambda: "GET token" in server.asked and os.listdir(folder) == ["back.part"], "no download")
                one.send_signal(number)
                assert one.wait(60) == -number, one.returncode
                assert os.listdir(folder) == [], os.listdir(folder)
            finally:
                server.hanging.set()


if __name__ == "__main__":
    sys.exit(run("lies to imctl media", globals()))
