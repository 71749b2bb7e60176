"""Calls of /v1/push for the tests: IM_API (push port), IM_PUBLIC (public port), IM_TCP, IM_KEYS (file that logic follows) and IMCTL
come from the environment."""
import json
import os
import subprocess
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator

from wait import eventually
from goim_client import TcpClient

API = os.environ["IM_API"]
PUBLIC = os.environ["IM_PUBLIC"]
TCP = int(os.environ["IM_TCP"])
KEYS = os.environ["IM_KEYS"]
IMCTL = os.environ["IMCTL"]


def imctl(*args, code=0):
    done = subprocess.run([IMCTL, "--json", "key", *args, "--file", KEYS], capture_output=True, text=True, timeout=20)
    assert done.returncode == code, (args, done)
    return json.loads(done.stdout if code == 0 else done.stderr)


def new_key(*scopes, rate=10000, burst=10000, more=()):
    flags = [word for scope in scopes for word in ("--scope", scope)]
    return imctl("add", "--name", "test", *flags, "--rate", str(rate), "--burst", str(burst), *more)


def call(path="/v1/push", body=None, key=None, base=API, method="POST", headers=None):
    """(status, headers, JSON)"""
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, method=method)
    request.add_header("Content-Type", "application/json")
    if key:
        request.add_header("Authorization", "Bearer " + key)
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=15) as reply:
            return reply.status, reply.headers, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.loads(error.read())


def refused(expected, *args, **named):
    status, headers, answer = call(*args, **named)
    assert headers.get("Content-Type") == "application/problem+json", (status, headers, answer)
    SCHEMAS["Problem"].validate(answer)
    assert (status, answer["code"]) == expected and answer["status"] == status, (expected, status, answer)
    return headers, answer


def in_force(key):
    """A key that was just made: logic follows the file."""
    eventually(lambda: call(body=ROOM_PUSH, key=key["key"])[0] != 401, "the key does not come into force")
    return key


def push(to, operation=1000, **body):
    return {"to": to, "operation": operation, **(body or {"text": "x"})}


ROOM_PUSH = push({"room": "nobody://0"})


class Client(TcpClient):
    def __init__(self, uid, key, room=""):
        super().__init__(TCP)
        self.auth(mid=uid, key=key, room_id=room, accepts=[1000, 1001])
        self.room = room

    def bodies(self, count):
        out = []
        while len(out) < count:
            version, op, seq, body = self.receive()
            if op == 9:
                while body:  # a batch: packets in a row
                    size = int.from_bytes(body[:4], "big")
                    out.append(body[16:size])
                    body = body[size:]
            else:
                out.append(body)
        return out


def load_api():
    with urllib.request.urlopen(API + "/openapi.json", timeout=10) as reply:
        api = json.loads(reply.read())
    return api, {name: Draft202012Validator({"$ref": "#/components/schemas/" + name, "components": api["components"]})
                 for name in api["components"]["schemas"]}


def in_force_any(key):
    eventually(lambda: call(body=b"{}", key=key)[0] != 401, "the key does not come into force")
    return key


def refused_either(**named):
    status, headers, answer = call(**named)
    assert status == 503 and answer["code"] in ("unavailable", "outcome_unknown"), (status, answer)
    return headers, answer


SPEC, SCHEMAS = load_api()
ALL = in_force(new_key("users", "rooms", "all"))["key"]
