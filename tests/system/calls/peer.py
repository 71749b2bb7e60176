"""Devices of users that call each other, without media: what docs/calls.md says, over a connection of a comet."""
import json
import os
import time
import uuid

from doors import OP_REQUEST, Connection, Http
from goim_client import Closed, TcpClient

PASSWORD = "correct horse"


def public():
    return os.environ["IM_PUBLIC"]


def person():
    """The login of a new user."""
    login = "k" + uuid.uuid4().hex[:12]
    answer = Http(public()).ask("account.register", login=login, password=PASSWORD)
    assert answer["ok"], answer
    return login


class Device(Connection):
    """One device of a user. Keeps the events that come between answers, each once by (party, eseq)."""

    def __init__(self, port, login, name=None, token=None):
        self.port, self.login, self.name = port, login, name or uuid.uuid4().hex[:8]
        self.events, self.heard, self.call, self.rings = [], set(), {}, {}
        if token is None:
            answer = Http(public()).ask("account.login", login=login, password=PASSWORD, device=self.name)
            assert answer["ok"], answer
            self.uid, token = answer["uid"], answer["token"]
        self.token = token
        self.connect()
        answer = self.ask("hello", device=self.name)
        assert answer["ok"], answer

    def connect(self):
        """As a client does: again, while the cluster gets over what was done to it."""
        end = time.monotonic() + 30
        while True:
            try:
                return super().__init__(TcpClient, self.port, self.token.encode(), hello=False)
            except (Closed, OSError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def again(self, port=None):
        """The same device on a new connection, with what it knows of its call."""
        other = Device(port or self.port, self.login, self.name, self.token)
        other.uid, other.call, other.heard = self.uid, dict(self.call), set(self.heard)
        return other

    # ---- requests

    def send_request(self, cmd, **fields):
        self.seq += 1
        self.client.send(OP_REQUEST, json.dumps({"cmd": cmd, **fields}).encode(), seq=self.seq)
        return self.seq

    def answer_of(self, seq, seconds=30):
        self.client.sock.settimeout(seconds)
        while True:
            _, op, got_seq, got = self.client.receive()
            if op == 101 and got_seq == seq:
                return json.loads(got)
            self.keep(op, got)

    def ask(self, cmd, **fields):
        return self.answer_of(self.send_request(cmd, **fields))

    def good(self, cmd, **fields):
        """As a client does: again after 4503, while the cluster gets over what was done to it."""
        end = time.monotonic() + 30
        while True:
            answer = self.ask(cmd, **fields)
            if answer["ok"]:
                return answer
            assert answer["code"] == 4503 and time.monotonic() < end, (cmd, fields, answer)
            time.sleep(0.2)

    def code(self, cmd, **fields):
        answer = self.ask(cmd, **fields)
        return 0 if answer["ok"] else answer["code"]

    # ---- of a call

    def joined(self, answer):
        self.call = {name: answer[name] for name in ("call_id", "party_id", "party_token")}
        return answer

    def party(self):
        return {"call_id": self.call["call_id"], "party_id": self.call["party_id"]}

    def invite(self, callee, kind="audio", **more):
        return self.joined(self.good("call.invite", client_call_id=uuid.uuid4().hex, callee=[callee], kind=kind, **more))

    def accept(self, call_id):
        return self.joined(self.good("call.accept", call_id=call_id, caps=["opus", "vp8"]))

    def report(self, state="connected"):
        return self.good("call.report", pc_state=state, inbound_ok=state == "connected", **self.party())

    def resume(self, last_eseq=0, pc_state="connected"):
        return self.good("call.resume", party_token=self.call["party_token"], last_eseq=last_eseq, pc_state=pc_state, **self.party())

    # ---- events

    def keep(self, op, got):
        if op != 102:
            return
        event = json.loads(got)
        if event["cmd"] == "call.incoming":
            self.rings.setdefault(event["call_id"], []).append(event["left_ms"])
        mark = (event.get("call_id"), event.get("to_party"), event.get("eseq", event["cmd"]))
        if (mark[1] is not None or event["cmd"] == "call.incoming") and mark in self.heard:
            return  # told twice: nobody had confirmed it in time, or it rang just as this device came
        self.heard.add(mark)
        self.events.append(event)

    def rung(self, call_id, times, seconds=30):
        """What was left each time the ring was told, when it was told so often. event() has it once, as a client shows it."""
        end = time.monotonic() + seconds
        while len(self.rings.get(call_id, ())) < times:
            self.client.sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                _, op, _, got = self.client.receive()
            except TimeoutError:
                raise AssertionError("rung %r, wanted %d times" % (self.rings.get(call_id), times)) from None
            self.keep(op, got)
        return self.rings[call_id]

    def find(self, cmd, want):
        for event in self.events:
            if event["cmd"] == cmd and all(event.get(name) == value for name, value in want.items()):
                self.events.remove(event)
                return event
        return None

    def event(self, cmd, seconds=30, **want):
        end = time.monotonic() + seconds
        while True:
            found = self.find(cmd, want)
            if found:
                return found
            self.client.sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                _, op, _, got = self.client.receive()
            except TimeoutError:
                raise AssertionError("no event %s %r; there are %r" % (cmd, want, self.events)) from None
            self.keep(op, got)

    def drain(self, seconds=0.3):
        """Everything that comes within this time, the kept events included."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.client.sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                _, op, _, got = self.client.receive()
            except TimeoutError:
                break
            self.keep(op, got)
        found, self.events = self.events, []
        return found


def log_of(device, peer, seconds=30):
    """The call messages in the conversation of two users."""
    end = time.monotonic() + seconds
    while True:
        conv = device.good("conv.open", to=peer)["conv_id"]
        rows = [json.loads(row["body"]) for row in device.good("sync", conv_id=conv)["messages"] if row["type"] == "call"]
        if rows or time.monotonic() > end:
            return rows
        time.sleep(0.1)


def unread(device, peer):
    conv = device.good("conv.open", to=peer)["conv_id"]
    return [line["unread"] for line in device.good("sync.all")["conversations"] if line["conv_id"] == conv][0]
