#!/usr/bin/env python3
"""Accounts from end to end (docs/accounts.md): tokens open connections and HTTP, devices end one by one. A cluster with identity accounts.
IM_TCP, IM_WS, IM_PUBLIC, IMCTL and IM_KEYS_FILE come from the environment."""
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import uuid

from doors import Http, tcp, websocket
from goim_client import TcpClient
from runner_of_cases import run

TCP, WS, PUBLIC = int(os.environ["IM_TCP"]), int(os.environ["IM_WS"]), os.environ["IM_PUBLIC"]
PASSWORD = "correct horse"
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")


def name():
    return "u" + uuid.uuid4().hex[:12]


def register(login=None):
    answer = Http(PUBLIC).ask("account.register", login=login or name(), password=PASSWORD, device="phone")
    assert answer["ok"], answer
    return answer


def as_user(tokens):
    return Http(PUBLIC, tokens["token"])


def code(answer):
    return 0 if answer["ok"] else answer["code"]


def a_token_opens_every_door():
    tokens = register()
    for make, port, body in ((tcp, TCP, tokens["token"]), (websocket, WS, json.dumps({"token": tokens["token"]}))):
        connection = make(port, body.encode())
        assert connection.ask("device.list")["devices"][0]["this"] is True
        connection.close()
    assert as_user(tokens).ask("device.list")["devices"][0]["label"] == "phone"


def login_and_its_refusals():
    login = name()
    uid = register(login)["uid"]
    http = Http(PUBLIC)
    assert http.ask("account.login", login=login.upper(), password=PASSWORD)["uid"] == uid
    assert code(http.ask("account.login", login=login, password="wrong")) == 4401
    assert code(http.ask("account.login", login=name(), password=PASSWORD)) == 4401
    assert code(http.ask("account.register", login=login, password=PASSWORD)) == 4409
    assert code(http.ask("account.register", login=name(), password="short")) == 4422
    assert code(http.ask("account.guest", name="Visitor")) == 4403
    assert code(http.ask("account.logout")) == 4401


def a_refresh_token_is_good_once():
    tokens = register()
    http = Http(PUBLIC)
    second = http.ask("account.refresh", refresh=tokens["refresh"])
    assert second["ok"] and second["device"] == tokens["device"]
    assert http.ask("account.refresh", refresh=second["refresh"])["ok"]
    assert code(http.ask("account.refresh", refresh="imr_nothing")) == 4401


def one_device_is_kicked_and_only_that():
    login = name()
    phone = register(login)
    tablet = Http(PUBLIC).ask("account.login", login=login, password=PASSWORD, device="tablet")
    on_phone, on_tablet = tcp(TCP, phone["token"].encode()), tcp(TCP, tablet["token"].encode())
    assert code(as_user(phone).ask("device.kick", device="nothing")) == 4404
    assert code(as_user(register()).ask("device.kick", device=tablet["device"])) == 4404
    answer = on_phone.ask("device.kick", device=tablet["device"])
    assert answer == {"ok": True, "closed": 1}, answer
    assert on_tablet.client.closed_within(5)
    assert on_phone.ask("room.members", room="live://1")["ok"]
    assert code(as_user(tablet).ask("device.list")) == 4401
    again = TcpClient(TCP)
    again.send(7, tablet["token"].encode())
    assert again.closed_within(5), "the token of a kicked device logs in"
    assert code(Http(PUBLIC).ask("account.refresh", refresh=tablet["refresh"])) == 4401


def logout_answers_and_closes():
    tokens = register()
    connection = websocket(WS, tokens["token"].encode())
    assert connection.ask("account.logout") == {"ok": True}
    assert connection.client.closed_within(5)
    assert code(as_user(tokens).ask("device.list")) == 4401


def a_new_password_ends_the_others():
    login = name()
    phone = register(login)
    tablet = Http(PUBLIC).ask("account.login", login=login, password=PASSWORD)
    on_tablet = tcp(TCP, tablet["token"].encode())
    assert code(as_user(phone).ask("account.password", old="wrong", new="battery staple")) == 4403
    assert as_user(phone).ask("account.password", old=PASSWORD, new="battery staple") == {"ok": True, "ended": 1}
    assert on_tablet.client.closed_within(5)
    assert code(Http(PUBLIC).ask("account.login", login=login, password=PASSWORD)) == 4401
    assert Http(PUBLIC).ask("account.login", login=login, password="battery staple")["ok"]


def guessing_is_slowed_down():
    login = name()
    register(login)
    codes = [code(Http(PUBLIC).ask("account.login", login=login, password="guess")) for _ in range(12)]
    assert codes[0] == 4401 and codes[-1] == 4429, codes


def a_new_key_signs_and_the_old_still_checks():
    before = register()
    subprocess.run([os.environ["IMCTL"], "token", "rotate", "--keys", os.environ["IM_KEYS_FILE"]], check=True, timeout=20)
    end = time.monotonic() + 10
    while True:  # logic follows the file
        after = register()
        if after["token"].split(".")[0] != before["token"].split(".")[0]:
            break
        assert time.monotonic() < end, "the new key does not sign"
        time.sleep(0.3)
    for tokens in (before, after):
        assert as_user(tokens).ask("device.list")["ok"]


def demo_users():
    """{name: (uid, token, link)} as `./im demo` prints them, by its own functions."""
    port = urllib.parse.urlsplit(PUBLIC).port
    script = ('set -euo pipefail; RUN=/nowhere; BIN=/bin; say() { echo "$*"; }; say_error() { say "$@"; }; source "%s/tools/im/accounts.sh"; '
              'port_of() { echo %d; }; print_key() { :; }; print_users 1' % (ROOT, port))
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    assert "export IM_STORE_DSN=sqlite:/nowhere/im.db; " in done.stdout, done.stdout  # what imctl user and others ask for
    return {who: (int(uid), token, link) for who, uid, token, link in
            re.findall(r"^  (\w+), uid (\d+): (\S+)\n    chat and call: (\S+)$", done.stdout, re.M)}


def the_demo_has_two_ready_users():
    users = demo_users()
    assert sorted(users) == ["ann", "bob"], users
    for uid, token, link in users.values():
        assert link == "%s/chat/#uid=%d&token=%s" % (PUBLIC, uid, token)
        for door in (Http(PUBLIC, token), tcp(TCP, token.encode())):
            assert door.ask("conv.list")["ok"]
    ann, bob = (Http(PUBLIC, users[who][1]) for who in ("ann", "bob"))
    (line,) = ann.ask("conv.list")["conversations"]
    assert line["unread"] == 1, "bob has greeted"
    assert bob.ask("msg.send", to=users["ann"][0], client_msg_id="1", body="hello")["ok"]
    again = demo_users()
    assert [again[who][0] for who in again] == [users[who][0] for who in users], "an earlier demo's users are the same"
    assert ann.ask("conv.list")["conversations"][0]["unread"] == 2, "greeted once"


if __name__ == "__main__":
    sys.exit(run("accounts", globals()))
