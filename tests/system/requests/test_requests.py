#!/usr/bin/env python3
"""Requests of clients on every door: an answer of its own for each fault (docs/requests.md). A cluster with identity open. IM_TCP, IM_WS and
IM_PUBLIC (base URL of the public port) come from the environment."""
import json
import os
import sys

from doors import Http, tcp, websocket
from runner_of_cases import run

TCP, WS, PUBLIC = int(os.environ["IM_TCP"]), int(os.environ["IM_WS"]), os.environ["IM_PUBLIC"]


def auth(uid, key):
    return json.dumps({"mid": uid, "key": key}).encode()


def doors(uid):
    """Each with a user of its own, so that limits do not meet."""
    yield "tcp", tcp(TCP, auth(uid, "t%d" % uid))
    yield "ws", websocket(WS, auth(uid + 1, "w%d" % uid))
    yield "http", Http(PUBLIC, json.dumps({"mid": uid + 2, "key": "h%d" % uid}))


def fault(door, code, cmd, **fields):
    answer = door.ask(cmd, **fields)
    assert answer["ok"] is False and answer["code"] == code and answer["error"], answer
    return answer


def a_request_is_answered_on_every_door():
    for name, door in doors(100):
        answer = door.ask("room.members", room="live://none")
        assert answer == {"ok": True, "room": "live://none", "count": 0}, (name, answer)
        door.close()


def each_fault_has_its_code_on_every_door():
    for _, door in doors(200):
        fault(door, 4405, "no.such.command")
        fault(door, 4422, "room.members")
        fault(door, 4422, "room.members", room=7)
        fault(door, 4422, "room.members", room="no type")
        fault(door, 4422, "room.members", room="live://" + "x" * 600)
        door.close()


def malformed_json_is_4400_on_every_door():
    for door in (tcp(TCP, auth(300, "a")), websocket(WS, auth(301, "b"))):
        for body in (b"", b"{", b"[]", b"null", b'{"cmd":"hello","cmd":"hello"}', b'{"cmd":7}', b"[" * 200, b'{"cmd":"x\xff"}'):
            answer = door.raw(body)
            assert (answer["ok"], answer["code"]) == (False, 4400), (body, answer)
        door.close()
    http = Http(PUBLIC, json.dumps({"mid": 302}))
    for body in (b"{", b"[]", b"null", b'{"room":"a://b","room":"a://c"}', b'{"cmd":"other","room":"a://b"}', b"[" * 200):
        status, _, answer = http.raw("room.members", body)
        assert (status, answer["code"]) == (400, 4400), (body, answer)


def http_wants_a_token():
    for token in (None, "", "nonsense"):
        status, headers, answer = Http(PUBLIC, token).raw("room.members", b'{"room":"a://b"}')
        assert (status, answer["code"]) == (401, 4401), (token, answer)
        assert headers["WWW-Authenticate"] == "Bearer"
    fault(Http(PUBLIC, json.dumps({"mid": 303})), 4409, "hello", device="x")


def hello_comes_first_and_once():
    for door in (tcp(TCP, auth(400, "a"), hello=False), websocket(WS, auth(401, "b"), hello=False)):
        fault(door, 4409, "room.members", room="live://1")
        fault(door, 4422, "hello")
        answer = door.ask("hello", device="phone")
        assert answer["ok"] and answer["uid"] in (400, 401) and answer["limits"]["max_body"] == 65536, answer
        assert int(answer["session"]) > 0 and answer["server_time"] > 1700000000000
        fault(door, 4409, "hello", device="phone")
        assert door.ask("room.members", room="live://1")["ok"]
        door.close()


def a_large_request_is_good_after_hello():
    for _, door in doors(500):
        large = {"room": "live://1", "ignored": "x" * 60000}
        assert door.ask("room.members", **large)["ok"]
        door.close()
    status, _, answer = Http(PUBLIC, json.dumps({"mid": 503})).raw("room.members", b" " * 65537)
    assert (status, answer["code"]) == (413, 4413), answer


def a_user_who_asks_too_much_is_told_when_to_come_back():
    for _, door in doors(600):
        answers = [door.ask("room.members", room="live://1") for _ in range(15)]
        slow = [answer for answer in answers if not answer["ok"]]
        assert slow and all(answer["code"] == 4429 and answer["retry_ms"] > 0 for answer in slow), answers
        door.close()


def who_asks_is_the_session_and_not_the_body():
    door = tcp(TCP, auth(700, "a"), hello=False)
    answer = door.ask("hello", device="phone", uid=1, key="other", session="9")
    assert answer["uid"] == 700, answer
    door.close()


if __name__ == "__main__":
    sys.exit(run("requests", globals()))
