"""Users and their devices, over a connection of a comet: asks, and keeps the events that come between answers. IM_PUBLIC comes from the
environment."""
import os
import time
import uuid

from doors import Http, Listener
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


class Device(Listener):
    """`session`: the answer that it logs in with, in place of a login of its own."""

    def __init__(self, port, login, make=TcpClient, session=None):
        self.port, self.login = port, login
        answer = session or Http(public()).ask("account.login", login=login, password=PASSWORD, device=uuid.uuid4().hex[:8])
        assert answer["ok"], answer
        self.uid, self.token = answer["uid"], answer["token"]
        super().__init__(make, port, self.token.encode())

    @classmethod
    def with_token(cls, port, token, make=TcpClient):
        """The same device over a new connection, by the token it has."""
        device = cls.__new__(cls)
        device.port, device.login, device.token = port, None, token
        Listener.__init__(device, make, port, token.encode())
        return device

    def code(self, cmd, **fields):
        answer = self.ask(cmd, **fields)
        return 0 if answer["ok"] else answer["code"]

    def send(self, text, key=None, **where):
        return self.good("msg.send", client_msg_id=key or uuid.uuid4().hex, body=text, **where)

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
