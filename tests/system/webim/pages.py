"""The old chat page, as docs/webim.md describes it: what it sends, and what it hears."""
import itertools
import json
import os
import time
import uuid

from goim_client import Closed, WsClient

PORTS = [int(port) for port in os.environ["IM_WEBIM"].split(",")]
TURNS = itertools.count()


def fresh(text="p"):
    """A name that nobody else has."""
    return text + uuid.uuid4().hex[:8]


class Page:
    """One that has logged in; `port`: of its comet."""

    def __init__(self, port, name=None, avatar="/a.png"):
        self.open(port)
        self.name = fresh() if name is None else name
        self.say(cmd="login", name=self.name, avatar=avatar)
        self.login = self.expect(lambda said: said["cmd"] == "login")
        self.fd = self.login["fd"]

    def say(self, **message):
        self.raw(json.dumps(message, ensure_ascii=False).encode())

    def line(self, data, **more):
        self.say(cmd="message", channal=0, type="text", data=data, **{"from": self.fd, **more})

    def expect(self, wanted, seconds=30):
        """The next message that is wanted; what comes before it is dropped."""
        return self.until(wanted, seconds)[-1]

    def until(self, wanted, seconds=30):
        """All up to and with the next one that is wanted."""
        end, heard = time.monotonic() + seconds, []
        while True:
            left = end - time.monotonic()
            assert left > 0, "it did not come; heard %s" % heard[-5:]
            said = self.hear(left)
            if said is None:
                continue
            heard.append(said)
            if wanted(said):
                return heard

    def error(self):
        return self.expect(lambda said: said["cmd"] == "error")["code"]

    def ask(self, cmd):
        self.say(cmd=cmd)
        return self.expect(lambda said: said["cmd"] == cmd)

    def heard_line(self, data):
        return self.expect(lambda said: said["cmd"] == "fromMsg" and said.get("data") == data)


class WsPage(Page):
    def open(self, port):
        self.socket = WsClient(port, path="/")
        assert self.socket.status == 101, self.socket.status

    def raw(self, data):
        self.socket.frame(data, opcode=1)

    def hear(self, seconds):
        self.socket.sock.settimeout(max(seconds, 0.05))
        try:
            opcode, payload = self.socket.message()
        except TimeoutError:
            return None
        if opcode == 8:
            raise Closed()
        assert opcode == 1, opcode
        return json.loads(payload)

    def leave(self):
        self.socket.close()
