#!/usr/bin/env python3
"""Every command of imctl against a running cluster, texts and exit codes included. What the environment holds: imctl_program.py. Each case
is one function."""
import base64
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

from imctl_program import ADMIN, API, IMCTL, ROOT, RUN_ID, TCP, WS, Watch, imctl
from runner import run
from wait import eventually, until_it_passes
from goim_client import packet


def case_watch_text_tcp():
    room = "live://text" + RUN_ID
    watch = Watch("--tcp", "127.0.0.1:" + TCP, "--uid", "9001", "--key", "t" + RUN_ID, "--room", room, "--count", "5")
    assert imctl("push", "room", room, "hello") == "pushed 5 bytes with op 1000 to room %s\n" % room
    assert imctl("push", "user", "9001", "to user") == "pushed 7 bytes with op 1000 to user 9001\n"
    assert imctl("push", "key", "t" + RUN_ID, "-", stdin=b"a\nb\x1b[0m") == "pushed 7 bytes with op 1000 to key t%s\n" % RUN_ID
    imctl("push", "user", "9001", "9002", "-", stdin=b"\xff\x00")
    imctl("push", "user", "9001", "--op", "1001", "not accepted")
    imctl("push", "room", room, "other op", "--op", "7777")
    lines = watch.lines()
    assert all(re.match(r"\d\d:\d\d:\d\d\.\d{3} op=\d+ ", line) for line in lines), lines
    # Pushes to a room and to a user have no order among each other.
    assert sorted(line.split(" ", 1)[1] for line in lines) == [
        "op=1000 a\\nb\\x1b[0m", "op=1000 base64:/wA=", "op=1000 hello", "op=1000 to user", "op=7777 other op"], lines


def case_watch_json_ws():
    room = "live://json" + RUN_ID
    watch = Watch("--ws", "127.0.0.1:" + WS, "--uid", "9003", "--room", room, "--accepts", "1000,1001", "--json", "--count", "44")
    imctl("push", "user", "9003", "--op", "1001", "one")
    imctl("push", "user", "9003", "--op", "1001", "--", "-one")
    for number in range(40):
        imctl("push", "room", room, str(number))
    imctl("push", "all", "--op", "1001", "--speed", "1000", "two")
    imctl("push", "user", "9003", "-", stdin=b"\xff")
    messages = [json.loads(line) for line in watch.lines()]
    bodies = [message.get("body") for message in messages]
    assert [body for body in bodies if body in map(str, range(40))] == [str(number) for number in range(40)], bodies
    assert {"one", "-one", "two"} <= set(bodies) and {message["op"] for message in messages} == {1000, 1001}, bodies
    binary = [message for message in messages if "body_base64" in message]
    assert [base64.b64decode(message["body_base64"]) for message in binary] == [b"\xff"]
    assert abs(messages[0]["time_ms"] / 1000 - time.time()) < 60


def case_version():
    assert re.match(r"\d+\.\d+\.\d+ [0-9a-f]+\n$", imctl("--version"))


def case_watch_ends_on_interrupt():
    assert Watch("--key=", "--tcp", "127.0.0.1:" + TCP).stop() == []
    assert Watch("--tcp", "127.0.0.1:" + TCP, "--count", "1").stop() == []


def case_watch_comes_back():
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        for body in (b"first", b"second"):
            connection, _ = server.accept()
            connection.recv(4096)
            connection.sendall(packet(8) + packet(1000, 0, body))
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    address = "127.0.0.1:%d" % server.getsockname()[1]
    watch = Watch("--tcp", address, "--count", "2")
    assert [line.split(" ", 1)[1] for line in watch.lines()] == ["op=1000 first", "op=1000 second"]
    thread.join()
    server.close()
    watch.reader.join(5)
    lost = [line for line in watch.status if line.startswith("lost the comet at %s: " % address)]
    assert len(lost) == 1 and re.search("; trying again in [0-9]+ ms$", lost[0].strip()), watch.status


def case_watch_of_a_key_that_another_takes_ends():
    older = Watch("--ws", "127.0.0.1:" + WS, "--uid", "9011", "--key", "w" + RUN_ID)
    newer = Watch("--ws", "127.0.0.1:" + WS, "--uid", "9011", "--key", "w" + RUN_ID)
    older.lines(code=1)
    older.reader.join(5)
    assert "code 4002 replaced" in older.status[-1] and "key w%s must not come back" % RUN_ID in older.status[-1], older.status
    assert newer.stop() == []
    # TCP has no close code: whoever is closed three times right after its login is believed to be one of two.
    pair = [Watch("--tcp", "127.0.0.1:" + TCP, "--uid", "9012", "--key", "t2" + RUN_ID) for _ in range(2)]
    eventually(lambda: any(watch.process.poll() == 1 for watch in pair), "both go on", 60)
    gone = next(watch for watch in pair if watch.process.poll() == 1)
    gone.reader.join(5)
    assert "another client uses key t2" in gone.status[-1], gone.status
    other = next(watch for watch in pair if watch is not gone)
    assert other.process.poll() is None and other.stop() == [], other.status


def case_watch_errors():
    refused = "cannot reach comet at 127.0.0.1:1: connection refused; ./im status shows what runs"
    assert refused in imctl("watch", "--tcp", "127.0.0.1:1", "--once", code=4)
    assert refused in imctl("watch", "--ws", "127.0.0.1:1", "--once", code=4)
    text = imctl("watch", "--nodes", "http://127.0.0.1:1", "--once", code=4)
    assert "no node list from http://127.0.0.1:1/goim/nodes/weighted: connection refused" in text, text
    text = imctl("watch", "--tcp", "127.0.0.1:" + WS, "--once", code=4)
    assert "cannot reach comet at" in text, text
    text = imctl("watch", "--ws", API.replace("http://", ""), "--once", code=4)
    assert "no WebSocket there" in text, text
    assert '"nonsense" is not HOST:PORT' in imctl("watch", "--tcp", "nonsense", code=2)
    assert "excludes" in imctl("watch", "--tcp", "h:1", "--ws", "h:2", code=2)
    waiting = Watch("--tcp", "127.0.0.1:1", connected=False)
    waiting.wait_for(refused + "; trying again in ")
    waiting.stop()


def case_push_many_targets():
    watch = Watch("--tcp", "127.0.0.1:" + TCP, "--uid", "9999999999", "--count", "1")
    users = [str(number) for number in range(1000000000, 1000002000)] + ["9999999999"]
    answer = json.loads(imctl("push", "user", *users, "to many", "--json"))
    assert answer == {"ok": True, "op": 1000, "bytes": 7, "calls": 6}, answer
    assert watch.lines()[0].endswith(" op=1000 to many")


def case_push_errors():
    for words, text in (
            (("push", "user", "1"), "the body is missing: it is the last argument, or - for stdin\nTry: imctl push user --help"),
            (("push", "room", "live", "hi"), '"live" is not TYPE://ID, for example live://1'),
            (("push", "room", "live://1", "two", "words"), "quote a body with spaces"),
            (("push", "all", "--speed", "-1", "hi"), "--speed"),
            (("push", "rom", "live://1", "hi"), 'unknown command "rom"; did you mean "room"?'),
            (("push", "all", "hi", "--api", "nonsense"), '"nonsense" is not a URL like http://127.0.0.1:3111'),
            (("push", "user", "1", "hi", "--op", "x"), "--op")):
        answer = imctl(*words, code=2)
        assert text in answer, (words, answer)
    text = imctl("push", "user", "x", "hi", code=1)
    assert 'refused: parameter "mids": "x" is not a 64-bit number' in text and "HTTP 400" in text, text
    assert "is required and must not be 0" in imctl("push", "all", "--op", "0", "hi", code=1)
    assert "HTTP 413" in imctl("push", "all", "-", stdin=b"x" * 70000, code=1)
    gone = "cannot reach logic at http://127.0.0.1:1: connection refused; ./im status shows what runs"
    assert imctl("push", "all", "hi", code=4, api="http://127.0.0.1:1") == "imctl: %s\n" % gone
    assert json.loads(imctl("--json", "push", "all", "hi", code=4, api="http://127.0.0.1:1")) == {"error": gone}
    assert "default 3111" in imctl("push", "all", "hi", code=1, api=ADMIN)


def case_nodes():
    nodes = json.loads(imctl("nodes", "--json"))["nodes"]
    assert {node["kind"] for node in nodes} == {"comet", "logic", "router", "job"}, nodes
    assert all(node["lease_left_ms"] > 0 and node["epoch"] > 0 for node in nodes), nodes
    *lines, age = imctl("nodes").splitlines()
    assert lines[0].split()[:3] == ["KIND", "NAME", "ADDRESS"] and len(lines) == len(nodes) + 1
    assert re.fullmatch(r"this list is [0-4]\.\d s old", age), age
    assert any(line.startswith("comet ") and line.endswith("ok") for line in lines)


def case_session():
    key = "s" + RUN_ID
    watch = Watch("--tcp", "127.0.0.1:" + TCP, "--uid", "9010", "--key", key, "--room", "live://s")
    by_user = json.loads(imctl("session", "9010", "--json"))["sessions"]
    assert [session["key"] for session in by_user] == [key], by_user
    session = by_user[0]
    assert session["comet"]["name"].startswith("comet-") and session["room_at_login"] == "live://s", session
    assert json.loads(imctl("session", key, "--json"))["sessions"] == by_user
    header, row = imctl("session", "9010").splitlines()
    assert header.startswith("UID") and row.split()[:2] == ["9010", key], row
    watch.stop()
    until_it_passes(lambda: imctl("session", "9010", code=1))
    assert imctl("session", "9010", code=1) == "imctl: user 9010 has no live session\n"
    assert imctl("session", "--key", "123", code=1) == 'imctl: key "123" has no live session\n'
    assert "above 0" in imctl("session", "0", code=1)


def case_text_of_clients_is_made_printable():
    watch = Watch("--tcp", "127.0.0.1:" + TCP, "--uid", "9011", "--key", "p" + RUN_ID, "--platform", "x\u202egnp\u2066")
    _, row = imctl("session", "9011").splitlines()
    assert "x\\u{202e}gnp\\u{2066}" in row and "\u202e" not in row, row
    watch.stop()


def case_room_and_top():
    room = "live://top" + RUN_ID
    watches = [Watch("--tcp", "127.0.0.1:" + TCP, "--room", room) for _ in range(3)]

    def counted():
        answer = json.loads(imctl("room", room, "--json"))
        assert answer["count"] == 3 and [comet["name"] for comet in answer["comets"]] == ["comet-1"], answer
        top = json.loads(imctl("top", "--type", "live", "--limit", "1000", "--json"))
        assert {"room_id": "top" + RUN_ID, "count": 3} in top["rooms"] and top["total"]["conn_count"] >= 3, top

    until_it_passes(counted, 30)
    assert imctl("room", room) == "room %s: 3 members, on comet-1\n" % room
    assert re.search(r"^%s +3$" % room, imctl("top", "--limit", "1000"), re.M)
    assert len(json.loads(imctl("top", "--limit", "1", "--json"))["rooms"]) == 1
    for watch in watches:
        watch.stop()
    assert imctl("room", "live://nobody" + RUN_ID).endswith(": 0 members, on no comet\n")
    assert 'looks like "live://1"' in imctl("room", "live", code=1)
    assert "--limit" in imctl("top", "--limit", "0", code=2)


def case_overview():
    before = json.loads(imctl("overview", "--json"))
    imctl("push", "user", "123456789", "nobody")
    after = json.loads(imctl("overview", "--json"))
    assert after["pushes"]["calls"] > before["pushes"]["calls"] and after["nodes"]["comet"] >= 1, after
    assert imctl("overview").startswith("connections ")


def case_admin_errors():
    gone = "cannot reach logic at http://127.0.0.1:1: connection refused; ./im status shows what runs"
    for words in (("nodes",), ("session", "1"), ("room", "live://1"), ("overview",)):
        assert imctl(*words, code=4, admin="http://127.0.0.1:1") == "imctl: %s\n" % gone
        assert "default 3112" in imctl(*words, code=1, admin=API)
    assert imctl("top", code=4, api="http://127.0.0.1:1") == "imctl: %s\n" % gone


def case_config():
    for daemon in ("comet", "logic", "router", "job"):
        path = os.path.join(ROOT, "configs", daemon + ".toml")
        assert imctl("config", "check", daemon, path) == "%s: valid for %s\n" % (path, daemon)
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write('[tcp]\nbind = "127.0.0.2"\nprot = 1\n')
        file.flush()
        text = imctl("config", "check", "comet", file.name, code=3)
        assert text == '%s:3:1: unknown key "tcp.prot"; did you mean "tcp.port"?\n' % file.name, text
        assert imctl("config", "show", "comet", file.name, code=3) == text
        file.seek(0)
        file.truncate()
        file.write('[tcp]\nbind = "127.0.0.2"\n')
        file.flush()
        assert 'bind = "127.0.0.2"  # file\n' in imctl("config", "show", "comet", file.name, "--origin")
        values = json.loads(imctl("config", "show", "comet", file.name, "--origin", "--json"))
        assert values["tcp.bind"] == {"value": "127.0.0.2", "origin": "file"}, values["tcp.bind"]
        assert values["ops.port"] == {"value": 3110, "origin": "default"}
    assert json.loads(imctl("config", "show", "logic", "--json"))["http.push_port"] == 3111
    assert imctl("config", "check", "comet", "/nothing.toml", code=3) == "imctl: cannot read /nothing.toml: no such file\n"
    assert "foo" in imctl("config", "show", "foo", code=2)


def case_bench_connect():
    words = ("bench", "connect", "--comet", "127.0.0.1:" + TCP, "--connections", "60", "--at-once", "8", "--rounds", "2", "--settle", "0")
    figures = json.loads(imctl("--json", *words))
    assert [figures[side]["done"] for side in ("subject", "control")] == [120, 120], figures
    assert figures["subject"]["failed"] == 0 and len(figures["subject"]["per_second"]) == 2, figures
    assert "logins per second" in imctl(*words) and "is not an IPv4 address" in imctl("bench", "connect", "--comet", "localhost:1", code=2)


def case_a_cluster_without_accounts_says_what_to_do():
    with tempfile.NamedTemporaryFile("w") as password:
        print("correct horse", file=password, flush=True)
        text = imctl("chat", "--login", "ann", "--password-file", password.name, "--server", os.environ["IM_OPEN"], code=1)
        assert "no such command; this logic has no accounts" in text and "without --open" in text, text
    os.environ["IM_TOKEN"] = '{"mid":1}'
    done = subprocess.run([IMCTL, "media", "--public", os.environ["IM_OPEN"], "get", "1:1"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "this logic keeps no media: media.dir" in done.stderr, done


def case_a_name_where_a_number_is_taken():
    for words, what in ((["devices", "ann"], "UID"), (["conv", "--uid", "ann"], "UID"), (["history", "ann"], "CONV")):
        text = imctl(*words, "--dsn", "sqlite:/nothing", code=2)
        assert '"ann" is no %s, which is a number; `imctl ' % what in text, text


def case_help_of_every_command():
    for words in ("", "push", "push user", "push key", "push room", "push all", "watch", "nodes", "session", "room", "top",
                  "overview", "config", "config check", "config show", "token", "kick", "pardon", "trace", "completion", "chat", "bench",
                  "bench chat", "store", "store check", "store backup", "store restore", "user", "devices", "conv", "history", "calls"):
        assert "Example" in imctl(*words.split(), "--help"), words
    assert "which command? There are: push watch" in imctl(code=2)
    assert 'unknown command "nodess"; did you mean "nodes"?' in imctl("nodess", code=2)


CASES = {name[5:]: fn for name, fn in globals().items() if name.startswith("case_")}
run("imctl", {name: CASES[name] for name in sys.argv[1:] or CASES})
