"""Users with a newer client, who meet old pages. IM_TCP and IM_PUBLIC come from the environment."""
import copy
import os
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from doors import Http, Listener
from goim_client import TcpClient
from pages import fresh

PASSWORD = "correct horse"
TCP, PUBLIC = int(os.environ["IM_TCP"]), os.environ["IM_PUBLIC"]


class User(Listener):
    """Keeps the events that come between answers."""

    def __init__(self, name=None, hello=True, port=TCP):
        self.name, self.port = name or fresh("user "), port
        self.login = uuid.uuid4().hex[:16]
        answer = Http(PUBLIC).ask("account.register", login=self.login, password=PASSWORD, name=self.name)
        assert answer["ok"], answer
        self.uid, self.token = answer["uid"], answer["token"]
        self.connect(hello)

    def connect(self, hello=True):
        super().__init__(TcpClient, self.port, self.token.encode(), hello)

    def another(self):
        """A second device of this user."""
        device, answer = copy.copy(self), Http(PUBLIC).ask("account.login", login=self.login, password=PASSWORD)
        device.token = answer["token"]
        device.connect()
        return device

    def again(self, port):
        """On another comet, after its connection is gone."""
        self.port = port
        self.connect()

    def event(self, wanted, seconds=60):
        end = time.monotonic() + seconds
        while True:
            while self.events:
                event = self.events.pop(0)
                if wanted(event):
                    return event
            self.client.sock.settimeout(max(0.01, end - time.monotonic()))
            _, op, _, got = self.client.receive()
            self.client.sock.settimeout(60)
            self.keep(op, got)

    def quiet(self, wanted):
        """Nothing that is wanted came before the answer to one more request."""
        self.ask("lobby.history", limit=1)
        return not [event for event in self.events if wanted(event)]
