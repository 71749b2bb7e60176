"""Users and their devices, over a connection of a comet: asks, and keeps the events that come between answers. IM_PUBLIC comes from the
environment."""
import json
import os
import time
import uuid

from doors import OP_REQUEST, Connection, Http
from goim_client import TcpClient

PASSWORD = "correct horse"


def public():
    return os.environ["IM_PUBLIC"]


def person():
    """The login of a new user."""
    login = "p" + uuid.uuid4().hex[:12]
    answer = Http(public()).ask("account.register", login=login, password=PASSWORD)
    assert answer["ok"], answer
    return login


class Device(Connection):
    def __init__(self, port, login, make=TcpClient):
        self.port, self.login, self.events = port, login, []
        answer = Http(public()).ask("account.login", login=login, password=PASSWORD, device=uuid.uuid4().hex[:8])
        assert answer["ok"], answer
        self.uid, self.token = answer["uid"], answer["token"]
        super().__init__(make, port, self.token.encode())

    def raw(self, body):
        self.seq += 1
        self.client.send(OP_REQUEST, body, seq=self.seq)
        while True:
            _, op, seq, got = self.client.receive()
            if op == 101 and seq == self.seq:
                return json.loads(got)
            self.keep(op, got)

    def good(self, cmd, **fields):
        answer = self.ask(cmd, **fields)
        assert answer["ok"], (cmd, fields, answer)
        return answer

    def code(self, cmd, **fields):
        answer = self.ask(cmd, **fields)
        return 0 if answer["ok"] else answer["code"]

    def send(self, text, key=None, **where):
        return self.good("msg.send", client_msg_id=key or uuid.uuid4().hex, body=text, **where)

    def keep(self, op, got):
        if op == 102:
            self.events.append(json.loads(got))

    def take(self, cmd, want):
        for event in self.events:
            if event["cmd"] == cmd and all(event.get(name) == value for name, value in want.items()):
                self.events.remove(event)
                return event
        return None

    def event(self, cmd, seconds=20, **want):
        """Waits for one event."""
        end = time.monotonic() + seconds
        while True:
            event = self.take(cmd, want)
            if event is not None:
                return event
            self.client.sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                _, op, _, got = self.client.receive()
            except TimeoutError:
                raise AssertionError("no event %s %r; there are %r" % (cmd, want, self.events)) from None
            finally:
                self.client.sock.settimeout(10)
            self.keep(op, got)
