#!/usr/bin/env python3
"""The worked examples of docs/identity.md and what surrounds them: tokens, rotation, expiry, kick. A cluster with identity jwt whose keys
file is IM_JWT_PUBLIC; IM_JWT_PRIVATE signs. IM_TCP, IM_WS, IM_V1_TCP, IM_API, IM_ADMIN, IMCTL come from the environment."""
import json
import os
import subprocess
import time
import urllib.error
import urllib.request

import cluster
from runner import run
from wait import eventually
from goim_client import TcpClient, WsClient

TCP, WS, V1, TCP2 = (int(os.environ[name]) for name in ("IM_TCP", "IM_WS", "IM_V1_TCP", "IM_TCP2"))
API, ADMIN, IMCTL = os.environ["IM_API"], os.environ["IM_ADMIN"], os.environ["IMCTL"]
PUBLIC, PRIVATE = os.environ["IM_JWT_PUBLIC"], os.environ["IM_JWT_PRIVATE"]
CLAIMS = ("--issuer", "shop", "--audience", "im")


def imctl(*args, code=0):
    done = subprocess.run([IMCTL, "--admin", ADMIN, *args], capture_output=True, text=True, timeout=20)
    assert done.returncode == code, (args, done)
    return (done.stderr if code else done.stdout).strip()


def token(uid, kid="2026-11", seconds=600, claims=CLAIMS):
    return imctl("token", "make", "--keys", PRIVATE, "--kid", kid, "--uid", str(uid), "--seconds", str(seconds), *claims)


def new_key(kid, algorithm="EdDSA"):
    imctl("token", "key", "--keys", PRIVATE, "--public", PUBLIC, "--kid", kid, "--alg", algorithm)


def refused(body, make=TcpClient, port=TCP):
    client = make(port)
    client.send(7, body)
    return client.closed_within(5)


def push(uid, text):
    url = "%s/goim/push/mids?operation=1000&mids=%d" % (API, uid)
    with urllib.request.urlopen(urllib.request.Request(url, data=text, method="POST"), timeout=10) as reply:
        assert json.loads(reply.read())["code"] == 0


def sessions(uid):
    try:
        with urllib.request.urlopen("%s/admin/v1/session?uid=%d" % (ADMIN, uid), timeout=5) as reply:
            return json.loads(reply.read())["sessions"]
    except urllib.error.HTTPError:
        return []


def login(make, port, body):
    client = make(port)
    client.send(7, body)
    assert client.receive()[1] == 8
    return client


def example_eddsa_tokens_of_imctl():
    for make, port in ((TcpClient, TCP), (WsClient, WS)):
        client = login(make, port, json.dumps({"token": token(8301), "key": "phone", "accepts": [1000]}).encode())
        assert [session["key"] for session in sessions(8301)] == ["8301/phone"]
        push(8301, b"for 8301")
        assert client.receive()[3] == b"for 8301"
        client.close()
        eventually(lambda: not sessions(8301), "the session stays")
    login(TcpClient, TCP, token(8301).encode()).close()
    assert "good: user 8301" in imctl("token", "check", "--keys", PUBLIC, token(8301), *CLAIMS)


def example_hs256_tokens_of_a_backend():
    """Signed here with Python alone, as a backend without any library would."""
    import base64
    import hashlib
    import hmac
    new_key("backend", "HS256")
    with open(PRIVATE) as file:
        jwk = [key for key in json.load(file)["keys"] if key["kid"] == "backend"][0]

    def text(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    secret = base64.urlsafe_b64decode(jwk["k"] + "=" * (-len(jwk["k"]) % 4))
    head = text(json.dumps({"alg": "HS256", "kid": "backend"}).encode())
    claims = text(json.dumps({"sub": "8302", "exp": int(time.time()) + 60, "iss": "shop", "aud": "im"}).encode())
    signed = head + b"." + claims + b"." + text(hmac.new(secret, head + b"." + claims, hashlib.sha256).digest())
    eventually(lambda: not refused(signed), "logic does not take the new key")
    login(TcpClient, TCP, signed).close()


def nobody_without_a_token():
    good = token(8303)
    for body in (b"", b"{}", b'{"mid":8303}', b"8303", good[:-1].encode(), good.encode() + b"A",
                 json.dumps({"token": good, "mid": 8304}).encode(), token(8303, seconds=-60).encode(),
                 token(8303, claims=("--issuer", "shop", "--audience", "other")).encode(),
                 token(8303, claims=("--issuer", "thief", "--audience", "im")).encode(), token(8303, claims=()).encode()):
        assert refused(body), body
        assert refused(body, WsClient, WS), body
    for body in (b"8303", b"8303,1", good[:-1].encode()):
        assert refused(body, TcpClient, V1), body
    login(TcpClient, V1, good.encode()).close()


def pages_of_any_origin_are_refused():
    """ws.origins of this cluster is empty: any page with identity open, none with another."""
    page = WsClient(WS, origin="https://evil.example")
    assert page.status == 101
    page.send(7, token(8304).encode())
    assert page.closed_within(5) and not sessions(8304)
    login(WsClient, WS, token(8304).encode()).close()


def a_token_that_ends_ends_its_connection():
    ws = login(WsClient, WS, token(8305, seconds=3).encode())
    tcp = login(TcpClient, TCP, token(8305, seconds=3).encode())
    stays = login(TcpClient, TCP, token(8305).encode())
    began = time.monotonic()
    ws.sock.settimeout(20)
    opcode, payload = ws.message()
    assert opcode == 8 and payload == b"\x0f\xa1token expired", (opcode, payload)
    assert time.monotonic() - began > 1, "closed before its time"
    assert tcp.closed_within(10)
    stays.send(2)
    assert stays.receive()[1] == 3


def kick_closes_what_it_names():
    phone = login(WsClient, WS, json.dumps({"token": token(8306), "key": "phone"}).encode())
    desk = login(TcpClient, TCP, json.dumps({"token": token(8306), "key": "desk"}).encode())
    other = login(TcpClient, TCP, token(8307).encode())
    assert imctl("kick", "8306/phone") == "closed 1"
    opcode, payload = phone.message()
    assert opcode == 8 and payload[:2] == b"\x0f\xa2", payload
    desk.send(2)
    assert desk.receive()[1] == 3
    assert imctl("kick", "8306") == "closed 1"
    assert desk.closed_within(5)
    other.send(2)
    assert other.receive()[1] == 3
    eventually(lambda: not sessions(8306), "the sessions stay")
    assert "no live session" in imctl("kick", "8306", code=1)


def a_second_auth_renews():
    client = login(TcpClient, TCP, token(8309, seconds=3).encode())
    object_client = login(WsClient, WS, json.dumps({"token": token(8309, seconds=3), "key": "phone"}).encode())
    began = time.monotonic()
    for body in (b"", b"{}", token(8310).encode(), token(8309, seconds=-60).encode(), b'{"mid":8309}'):
        client.send(7, body, seq=9)
        assert client.receive() == (1, 7, 9, b""), body
    client.send(7, token(8309).encode(), seq=10)
    assert client.receive() == (1, 8, 10, b"")
    object_client.send(7, json.dumps({"token": token(8309), "key": "desk", "room_id": "live://9"}).encode(), seq=11)
    assert object_client.receive() == (1, 8, 11, b"")
    assert "8309/phone" in [session["key"] for session in sessions(8309)], "only the token is looked at"
    time.sleep(max(0.0, 4.5 - (time.monotonic() - began)))
    for one in (client, object_client):
        one.send(2)
        assert one.receive()[1] == 3
        one.close()


def revoked_tokens_stay_out():
    old = json.dumps({"token": token(8311), "key": "phone"}).encode()
    clients = [login(TcpClient, TCP, old), login(TcpClient, TCP2, old), login(WsClient, WS, token(8311).encode()),
               login(TcpClient, V1, token(8311).encode())]
    other = login(TcpClient, TCP, token(8312).encode())
    assert clients[0].closed_within(2), "the same key logged in at another comet"
    assert imctl("kick", "8311", "--revoke", "10m").startswith("closed 3; ")
    assert all(client.closed_within(2) for client in clients)
    for port in (TCP, TCP2) * 4:  # whichever logic is asked
        assert refused(old, TcpClient, port)
    assert refused(token(8311).encode(), WsClient, WS), "issued within the leeway of the clocks"
    time.sleep(2.1)  # identity.jwt_leeway is 1 s here
    fresh = login(TcpClient, TCP, token(8311).encode())
    fresh.send(7, json.loads(old)["token"].encode(), seq=3)
    assert fresh.receive()[1:] == (7, 3, b""), "a revoked token renews nothing"
    assert refused(old)
    other.send(2)
    assert other.receive()[1] == 3
    assert imctl("pardon", "8311") == "their tokens are accepted again"
    login(TcpClient, TCP, old).close()


def revoked_devices():
    desk = login(TcpClient, TCP, json.dumps({"token": token(8313), "key": "desk"}).encode())
    phone = json.dumps({"token": token(8313), "key": "phone"}).encode()
    assert imctl("kick", "8313/phone", "--revoke", "10m").startswith("closed 0; ")
    assert refused(phone)
    desk.send(2)
    assert desk.receive()[1] == 3
    for words, text in ((("kick", "8313", "--revoke", "25h"), "15m"), (("kick", "8313", "--revoke", "soon"), "15m")):
        assert text in imctl(*words, code=2)
    assert "above 0" in imctl("kick", "0", code=1)


def keys_rotate_by_overlap():
    new_key("next")
    eventually(lambda: not refused(token(8308, "next").encode()), "the next key is not taken")
    assert not refused(token(8308).encode()), "the old one is, too"
    with open(PUBLIC) as file:
        keys = json.load(file)["keys"]
    with open(PUBLIC, "w") as file:
        json.dump({"keys": [key for key in keys if key["kid"] != "2026-11"]}, file)
    eventually(lambda: refused(token(8308).encode()), "the old key goes on")
    with open(PUBLIC, "w") as file:
        file.write("{")
    time.sleep(1)
    assert not refused(token(8308, "next").encode()), "a broken file keeps the keys"


def change_public(keep):
    with open(PUBLIC) as file:
        keys = json.load(file)["keys"]
    with open(PUBLIC + ".next", "w") as file:
        json.dump({"keys": [key for key in keys if keep(key)]}, file)
    os.chmod(PUBLIC + ".next", 0o600)
    os.rename(PUBLIC + ".next", PUBLIC)


def a_key_that_is_removed_ends_the_sessions_of_its_tokens():
    new_key("leaked")
    eventually(lambda: not refused(token(8314, "leaked").encode()), "the key is not taken")
    leaked = token(8314, "leaked").encode()
    ended = [login(WsClient, WS, leaked), login(TcpClient, TCP2, json.dumps({"token": leaked.decode(), "key": "two"}).encode()),
             login(TcpClient, V1, leaked)]
    stays = login(TcpClient, TCP, token(8314).encode())
    moved = login(TcpClient, TCP, token(8315, "leaked").encode())
    moved.send(7, token(8315).encode(), seq=2)
    assert moved.receive()[1:3] == (8, 2), "it renews itself by a token of another key"
    change_public(lambda key: key["kid"] != "leaked")
    ended[0].sock.settimeout(20)
    opcode, payload = ended[0].message()
    assert opcode == 8 and payload[:2] == b"\x0f\xa1", (opcode, payload)
    assert all(client.closed_within(20) for client in ended[1:])
    assert refused(leaked)
    time.sleep(4)  # the second kick, which meets logins that were under way, has come by
    for client in (stays, moved):
        client.send(2)
        assert client.receive()[1] == 3, "the session of another key ended"
        client.close()


def a_key_that_is_removed_while_every_logic_is_down_ends_them_too():
    new_key("gone")
    eventually(lambda: not refused(token(8316, "gone").encode()), "the key is not taken")
    ends, stays = login(TcpClient, TCP, token(8316, "gone").encode()), login(TcpClient, TCP2, token(8317).encode())
    time.sleep(11)  # each logic has said twice which keys it has; nobody shows what was said
    for name in cluster.names("logic"):
        cluster.kill(name)
    change_public(lambda key: key["kid"] != "gone")
    for name in cluster.names("logic"):
        cluster.start(name)
    ends.sock.settimeout(120)
    assert ends.closed_within(120), "the session of a key that is gone lives on"
    stays.send(2)
    assert stays.receive()[1] == 3, "the session of another key ended"
    stays.close()


def a_kid_stands_once_and_what_is_open_to_others_is_not_taken():
    with open(PRIVATE) as file:
        before = file.read()
    assert 'has a key "2026-11" already' in imctl("token", "key", "--keys", PRIVATE, "--public", PUBLIC + ".none", "--kid", "2026-11", code=1)
    assert not os.path.exists(PUBLIC + ".none"), "nothing is written when one of the two cannot be"
    with open(PRIVATE) as file:
        assert file.read() == before
    check = [os.path.join(os.path.dirname(IMCTL), "logic"), "--check", "--identity.kind=jwt", "--identity.jwt_keys_file=" + PRIVATE]
    assert subprocess.run(check, capture_output=True, timeout=20).returncode == 0
    os.chmod(PRIVATE, 0o640)
    done = subprocess.run(check, capture_output=True, text=True, timeout=20)
    os.chmod(PRIVATE, 0o600)
    assert done.returncode != 0 and "is open to other users; chmod 600 " + PRIVATE in done.stdout + done.stderr, done


CASES = [example_eddsa_tokens_of_imctl, example_hs256_tokens_of_a_backend, nobody_without_a_token, pages_of_any_origin_are_refused,
         a_token_that_ends_ends_its_connection, kick_closes_what_it_names, a_second_auth_renews, revoked_tokens_stay_out, revoked_devices,
         a_key_that_is_removed_ends_the_sessions_of_its_tokens, a_key_that_is_removed_while_every_logic_is_down_ends_them_too, a_kid_stands_once_and_what_is_open_to_others_is_not_taken,
         keys_rotate_by_overlap]


run("identity", CASES)
