#!/usr/bin/env python3
"""Identity webhook against a real hook: the worked example of docs/identity.md and everything a hook can do wrong. Started with
--phase refuse or cached (identity.webhook_failure); IM_HOOK_PORT is where logic asks, with IM_HOOK_PEM over https."""
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from runner import run
from goim_client import TcpClient, WsClient
from hook import SECRET, Hook

TCP, WS, V1 = (int(os.environ[name]) for name in ("IM_TCP", "IM_WS", "IM_V1_TCP"))
ADMIN, IMCTL = os.environ["IM_ADMIN"], os.environ["IMCTL"]
HOOK = Hook(int(os.environ["IM_HOOK_PORT"]), os.environ.get("IM_HOOK_PEM"))


def imctl(*args, code=0):
    done = subprocess.run([IMCTL, "--admin", ADMIN, *args], capture_output=True, text=True, timeout=20)
    assert done.returncode == code, (args, done)
    return (done.stderr if code else done.stdout).strip()


def login(body, make=TcpClient, port=TCP):
    client = make(port)
    client.send(7, body)
    assert client.receive()[1] == 8
    return client


def refused(body, make=TcpClient, port=TCP, seconds=6):
    client = make(port)
    client.send(7, body)
    return client.closed_within(seconds)


def key_of(uid):
    return [session["key"] for session in sessions(uid)]


def sessions(uid):
    try:
        with urllib.request.urlopen("%s/admin/v1/session?uid=%d" % (ADMIN, uid), timeout=5) as reply:
            return json.loads(reply.read())["sessions"]
    except urllib.error.HTTPError:
        return []


def counted(text):
    with urllib.request.urlopen(ADMIN + "/metrics", timeout=5) as reply:
        lines = [line for line in reply.read().decode().splitlines() if line.startswith(text)]
    assert len(lines) == 1, (text, lines)
    return float(lines[0].split()[-1])


def outcome(name):
    return counted('im_logic_webhook_total{outcome="%s"}' % name)


def example_of_the_page():
    clients = [login(b"uid 8401"), login(b"rich 8402", WsClient, WS)]
    assert key_of(8402) == ["8402/hooked"] and sessions(8402)[0]["room_at_login"] == "live://hook", sessions(8402)
    clients.append(login(json.dumps({"token": "uid 8403", "key": "phone", "room_id": "live://1"}).encode()))
    assert key_of(8403) == ["8403/phone"] and sessions(8403)[0]["room_at_login"] == "live://1"
    question = HOOK.asked[0]
    assert question == {"token": "uid 8401", "cookie": "", "client_ip": "127.0.0.1", "transport": "tcp", "dialect": "goim_v2"}, question
    assert HOOK.asked[1]["transport"] == "ws"
    assert set(HOOK.secrets) == {"Bearer " + SECRET}, HOOK.secrets
    assert HOOK.connections == 1, "connections are kept: %d" % HOOK.connections
    for client in clients:
        client.close()


def clients_of_goim_v1():
    login(b"uid 8404", TcpClient, V1).close()
    assert HOOK.asked[-1]["dialect"] == "goim_v1"


def refusals():
    for body in (b"refuse", b"401", b"403", b"unknown", b"", b"\xff\xfe"):
        assert refused(body), body
        assert refused(body, WsClient, WS), body
    assert HOOK.asked[-1]["token_base64"] == "//4=", HOOK.asked[-1]
    before = len(HOOK.asked)
    assert refused(b'{"mid":"8405"}') and len(HOOK.asked) == before, "an object that goim would not take is not asked about"
    assert refused(json.dumps({"mid": 8406, "token": "uid 8405"}).encode()), "says that it is another user"


def answers_that_are_none_yet():
    client = login(b"early 8423")
    assert len(key_of(8423)) == 1, "100 and 103 come before the answer"
    client.close()


def answers_serve_again():
    before = len(HOOK.asked)
    for _ in range(5):
        login(b"uid 8407").close()
        refused(b"refuse 8407")
    assert len(HOOK.asked) == before + 2, HOOK.asked[before:]
    assert outcome("cached") >= 4 and outcome("cached_refusal") >= 4


def a_hook_that_lies_lets_nobody_in():
    before = outcome("bad_answer") + outcome("unreachable")
    bodies = (b"500", b"redirect", b"garbage", b"nonsense", b"twice", b"type", b"extra", b"huge", b"truncated", b"endless", b"close")
    for body in bodies:
        began = time.monotonic()
        assert refused(body), body
        assert time.monotonic() - began < 5, "%s is known only after the deadline" % body
    assert outcome("bad_answer") + outcome("unreachable") == before + len(bodies)
    login(b"uid 8408").close()


def an_answer_too_many_is_nobody_elses():
    login(b"two").close()
    time.sleep(0.2)
    login(b"uid 8409").close()
    assert not sessions(8902)


def a_hook_that_hangs_holds_nobody_else():
    slow = []
    for number in range(1):  # of 2 connections
        client = TcpClient(TCP)
        client.send(7, b"hang %d" % number)
        slow.append(client)
    login(b"uid 8410").close()
    before = outcome("timeout")
    assert all(client.closed_within(6) for client in slow)
    assert outcome("timeout") >= 1 and before <= outcome("timeout")
    for number in range(60):  # more than connections (2) and waiting (8)
        client = TcpClient(TCP)
        client.send(7, b"hang more %d" % number)
        slow.append(client)
    assert all(client.closed_within(8) for client in slow)
    assert outcome("overloaded") > 0, "the queue has no bound"
    assert counted("im_logic_webhook_open ") == 0
    login(b"uid 8411").close()


def it_goes_and_comes_back():
    login(b"uid 8412").close()
    HOOK.stop()
    assert refused(b"uid 8413")
    HOOK.start()
    login(b"uid 8413").close()


def sessions_end_and_renew():
    ends = login(b"ends 8414 2")
    renewed = login(b"ends 8415 3")
    began = time.monotonic()
    renewed.send(7, b"ends 8416 60", seq=5)
    assert renewed.receive()[1:] == (7, 5, b""), "the token of another user"
    renewed.send(7, b"ends 8415 60", seq=6)
    assert renewed.receive()[1:] == (8, 6, b"")
    assert ends.closed_within(6)
    time.sleep(max(0.0, 4 - (time.monotonic() - began)))
    renewed.send(2)
    assert renewed.receive()[1] == 3


def revoked_until_the_hook_vouches_anew():
    client = login(b"uid 8417")
    assert imctl("kick", "8417", "--revoke", "10m") == "closed 1; tokens issued until now are refused for 600 s"
    assert client.closed_within(2)
    assert refused(b"uid 8417")
    assert refused(b"issued 8417 %d" % (time.time() - 100))
    login(b"issued 8417 %d" % (time.time() + 100)).close()
    imctl("pardon", "8417")
    login(b"uid 8417").close()


def known_clients_outlive_the_hook():
    login(b"uid 8420").close()
    assert refused(b"refuse 8421")
    HOOK.stop()
    time.sleep(1.2)  # identity.webhook_cache is 1 s here
    login(b"uid 8420").close()
    assert refused(b"uid 8422") and refused(b"refuse 8421")
    HOOK.start()
    HOOK.mode = "garbage"
    login(b"uid 8420").close()
    HOOK.mode = "refuse"
    assert refused(b"uid 8420"), "the hook has the last word"
    HOOK.mode = "hang"
    time.sleep(1.2)
    assert refused(b"uid 8420"), "what it refused is forgotten"
    HOOK.mode = None
    assert counted("im_logic_webhook_stale_total") == 2


CASES = {"refuse": [example_of_the_page, clients_of_goim_v1, refusals, answers_that_are_none_yet, answers_serve_again, a_hook_that_lies_lets_nobody_in,
                    an_answer_too_many_is_nobody_elses, a_hook_that_hangs_holds_nobody_else, it_goes_and_comes_back,
                    sessions_end_and_renew, revoked_until_the_hook_vouches_anew],
         "cached": [known_clients_outlive_the_hook]}


PHASE = sys.argv[sys.argv.index("--phase") + 1]
run("webhook-" + PHASE, CASES[PHASE])
