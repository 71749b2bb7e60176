"""The old chat page, as docs/webim.md describes it: what it sends, and what it hears."""
import http.client
import itertools
import json
import os
import queue
import threading
import time
import urllib.parse
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


class PollPage(Page):
    """Without WebSocket: `connect` once, `pub` for what it says, `sub` for what it hears. `keeps_on`: as a page does, it asks
    again and again; else only when somebody wants to hear something."""

    def __init__(self, port, keeps_on=True, **how):
        self.keeps_on = keeps_on
        super().__init__(port, **how)

    def open(self, port):
        self.port, self.heard, self.left = port, queue.Queue(), threading.Event()
        answer = post(port, "/connect", type="connect")
        assert answer["success"] == 1, answer
        self.session = answer["session_id"]
        if self.keeps_on:
            threading.Thread(target=poll_on, args=(port, self.session, self.heard, self.left), daemon=True).start()

    def raw(self, data):
        answer = post(self.port, "/pub", type="pub", session_id=self.session, message=data)
        assert answer == {"success": 1}, answer

    def hear(self, seconds):
        if not self.keeps_on:
            answer = post(self.port, "/sub", type="sub", session_id=self.session, time="80")
            return json.loads(answer["data"]) if answer["success"] == 1 else None
        try:
            said = self.heard.get(timeout=seconds)
        except queue.Empty:
            return None
        if said is None:
            raise Closed()
        return said

    def leave(self):
        """It just stays away: the session ends after webim.poll_deadline."""
        self.left.set()

    def __del__(self):
        self.left.set()


def poll_on(port, session, heard, left):
    """None at the end: it was refused."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        while not left.is_set():
            answer = fetch(connection, "/sub", type="sub", session_id=session, time="80")
            if answer["success"] == 1:
                heard.put(json.loads(answer["data"]))
    except (AssertionError, OSError, http.client.HTTPException):
        heard.put(None)
    finally:
        connection.close()


def post(port, path, **form):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        return fetch(connection, path, **form)
    finally:
        connection.close()


def ask(connection, path, **form):
    body = urllib.parse.urlencode(form)
    connection.request("POST", path, body=body, headers={"Content-Type": "application/x-www-form-urlencoded"})


def answer_of(connection):
    reply = connection.getresponse()
    body = reply.read()
    assert reply.status == 200, (reply.status, body)
    return json.loads(body)


def fetch(connection, path, **form):
    ask(connection, path, **form)
    return answer_of(connection)
