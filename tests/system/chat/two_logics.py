"""What the tests of two logics share: their doors, a sender that goes to the other one when one is dead, and devices that only listen. IM_TCP,
IM_TCP2, IM_PUBLIC, IM_PUBLIC2 come from the environment."""
import collections
import http.client
import os
import threading
import time
import uuid

from device import PASSWORD, Device, person
from doors import Http
from goim_client import Closed

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
PUBLIC = [os.environ["IM_PUBLIC"], os.environ["IM_PUBLIC2"]]
HEARTBEAT = 20


class Author:
    """A user who asks over HTTP, each time through the logic that is named; through the other one when that does not answer."""

    def __init__(self, login=None):
        self.login = login or person()
        answer = Http(PUBLIC[0]).ask("account.login", login=self.login, password=PASSWORD, device=uuid.uuid4().hex[:8])
        self.uid = answer["uid"]
        self.doors = [Http(base, answer["token"]) for base in PUBLIC]

    def ask(self, cmd, through=0, seconds=90, **fields):
        end = time.monotonic() + seconds
        while True:
            try:
                answer = self.doors[through % 2].ask(cmd, **fields)
                if answer["ok"] or answer["code"] not in (4429, 4500, 4503):
                    return answer
            except (OSError, http.client.HTTPException):
                answer = None
            assert time.monotonic() < end, (cmd, fields, answer)
            through += 1
            time.sleep(0.05)

    def good(self, cmd, through=0, **fields):
        answer = self.ask(cmd, through, **fields)
        assert answer["ok"], (cmd, fields, answer)
        return answer

    def say(self, text, through=0, **where):
        return self.good("msg.send", through, client_msg_id=uuid.uuid4().hex, body=text, **where)


class Ear(Device):
    """A device that listens until close(): rows[(conv_id, seq)] are the times at which it heard of that row."""

    def __init__(self, port, login):
        self.rows, self.ended, self.closing = collections.defaultdict(list), False, False
        super().__init__(port, login)
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        asked = time.monotonic()
        self.client.sock.settimeout(1)
        while not self.closing:
            if time.monotonic() - asked > HEARTBEAT:
                self.client.send(2)
                asked = time.monotonic()
            try:
                _, op, _, got = self.client.receive()
            except TimeoutError:
                continue
            except (Closed, OSError):
                self.ended = not self.closing
                return
            self.events.clear()
            self.keep(op, got)
            for event in self.events:
                if event["cmd"] == "msg.new":
                    self.rows[event["conv_id"], event["seq"]].append(time.monotonic())

    def close(self):
        self.closing = True
        self.thread.join()
        super().close()
