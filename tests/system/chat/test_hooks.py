#!/usr/bin/env python3
"""The operator's service (docs/hooks.md), played by this file: what it hears and what it is asked. A cluster with identity accounts, a store
and hooks to IM_HOOK_PORT, whose secret is in IM_HOOK_SECRET; IM_TCP, IM_PUBLIC come from the environment."""
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

from device import Device, person, public
from doors import Http
from runner_of_cases import run

TCP, PORT = int(os.environ["IM_TCP"]), int(os.environ["IM_HOOK_PORT"])
with open(os.environ["IM_HOOK_SECRET"], "rb") as secret_file:
    SECRET = secret_file.read().strip()


class Service:
    """`heard`: calls that were taken, in order; `tried`: all of them. `failures`: how many calls of an event are refused first."""

    def __init__(self):
        self.changed = threading.Condition()
        self.heard, self.tried, self.failures = [], [], {}
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = service.answer(self.path, self.headers.get("IM-Signature", ""), body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path, signature, body):
        parts = dict(part.split("=", 1) for part in signature.split(","))
        want = hmac.new(SECRET, parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(parts["v1"], want) and abs(time.time() - int(parts["t"])) < 300, signature
        told = json.loads(body)
        if path == "/check":
            return self.check(told)
        with self.changed:
            self.tried.append(told)
            if self.failures.get(told["event"], 0) > 0:
                self.failures[told["event"]] -= 1
                return 500, b""
            self.heard.append(told)
            self.changed.notify_all()
        return 200, b""

    @staticmethod
    def check(told):
        if told["body"] == "hang":
            time.sleep(20)
        action = {"spam": {"action": "refuse"}, "damn": {"action": "rewrite", "body": "d***"}}.get(told["body"], {"action": "allow"})
        return (200, json.dumps(action).encode()) if told["body"] != "nonsense" else (200, b"?")

    def wait(self, event, seconds=60, **want):
        def found():
            return [told for told in self.heard if told["event"] == event and all(told.get(k) == v for k, v in want.items())]
        with self.changed:
            assert self.changed.wait_for(found, seconds), "no %s %r; heard %r" % (event, want, self.heard[-20:])
            return found()


SERVICE = Service()


def account():
    login = person()
    answer = Http(public()).ask("account.login", login=login, password="correct horse", device="web")
    door = Http(public(), answer["token"])
    door.uid, door.login = answer["uid"], login
    return door


def send(door, body, **where):
    return door.ask("msg.send", client_msg_id=os.urandom(8).hex(), body=body, **where)


def a_message_to_who_is_offline_is_told_once():
    ann, bob = account(), account()
    first = send(ann, "one", to=bob.uid)
    send(ann, "two", conv_id=first["conv_id"])
    told = SERVICE.wait("push.offline", uid=bob.uid, seq=2)
    assert len(told) == 1 and told[0]["badge"] == 2 and told[0]["sender"] == ann.uid and "body" not in told[0], told
    assert SERVICE.wait("push.offline", uid=bob.uid, seq=1)[0]["msg_id"] == first["msg_id"]
    device = Device(TCP, bob.login)
    SERVICE.wait("user.connect", uid=bob.uid)
    send(ann, "three", conv_id=first["conv_id"])
    device.event("msg.new", seq=3)
    eve = account()
    later = send(ann, "four", to=eve.uid)
    SERVICE.wait("push.offline", uid=eve.uid, msg_id=later["msg_id"])
    assert not [one for one in SERVICE.tried if one.get("uid") == bob.uid and one.get("seq") == 3]
    ids = [one["id"] for one in SERVICE.heard]
    assert len(ids) == len(set(ids)), "told twice"


def a_service_that_fails_is_asked_again():
    ann, bob = account(), account()
    SERVICE.failures["push.offline"] = 2
    sent = send(ann, "stubborn", to=bob.uid)
    SERVICE.wait("push.offline", uid=bob.uid, msg_id=sent["msg_id"])
    tries = [one for one in SERVICE.tried if one.get("uid") == bob.uid and one["event"] == "push.offline"]
    assert len(tries) == 3 and len({one["id"] for one in tries}) == 1, tries


def who_comes_and_goes_is_told():
    ann = account()
    device = Device(TCP, ann.login)
    SERVICE.wait("user.connect", uid=ann.uid)
    tablet = Device(TCP, ann.login)
    tablet.close()
    device.close()
    SERVICE.wait("user.disconnect", uid=ann.uid)
    assert len(SERVICE.wait("user.connect", uid=ann.uid)) == 1
    again = Device(TCP, ann.login)
    with SERVICE.changed:
        assert SERVICE.changed.wait_for(
            lambda: len([1 for one in SERVICE.heard if one["event"] == "user.connect" and one["uid"] == ann.uid]) == 2, 60)
    again.close()


def texts_are_checked_before_they_are_kept():
    ann, bob = account(), account()
    conv = send(ann, "hello", to=bob.uid)["conv_id"]
    refused = send(ann, "spam", conv_id=conv)
    assert refused == {"ok": False, "code": 4403, "error": "the message is not allowed here"}, refused
    sent = send(ann, "damn", conv_id=conv)
    assert ann.ask("msg.edit", msg_id=sent["msg_id"], body="spam")["code"] == 4403
    assert send(ann, "hang", conv_id=conv)["ok"] and send(ann, "nonsense", conv_id=conv)["ok"]  # the default
    assert [row["body"] for row in bob.ask("sync", conv_id=conv)["messages"]] == ["hello", "d***", "hang", "nonsense"]


if __name__ == "__main__":
    sys.exit(run("hooks", globals()))
