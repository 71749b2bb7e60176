"""A chat client for people who read docs/chat.md, docs/accounts.md and docs/requests.md and nothing else: standard library, no code of ours.
Packets: docs/protocol.md (16 bytes: length, header length 16 and version 1 as shorts, op, seq)."""
import json
import socket
import struct
import urllib.error
import urllib.request
import uuid


class Refused(Exception):
    def __init__(self, answer):
        super().__init__(answer["error"])
        self.code, self.answer = answer["code"], answer


def http(base, command, token=None, **fields):
    request = urllib.request.Request("%s/v1/%s" % (base, command), data=json.dumps(fields).encode(), method="POST",
                                     headers={"Content-Type": "application/json"})
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(json.load(error)) from None


class PageClient:
    """One device: `login` once, `connect` as often as the network wants. `rows` is what it has of each conversation."""

    def __init__(self, base, port, login, password):
        self.base, self.port = base, port
        self.account = http(base, "account.login", login=login, password=password, device="page client")
        self.uid = self.account["uid"]
        self.epoch, self.rows, self.others, self.sock = "", {}, [], None

    def connect(self):
        self.sock, self.buffer = socket.create_connection(("127.0.0.1", self.port), timeout=60), b""
        self.seq, self.answers = 0, {}
        self._write(7, self.account["token"].encode())
        assert self._read()[0] == 8
        fields = {"device": "page client"}
        if self.epoch:
            fields["resume"] = {"epoch": self.epoch, "marks": {str(conv): self.mark(conv) for conv in self.rows}}
        hello = self.ask("hello", **fields)
        if hello["epoch"] != self.epoch:
            self.epoch, self.rows = hello["epoch"], {}
        if not hello.get("recovered"):
            for conv in hello.get("sync") or self._all():
                self.sync(conv)

    def cut(self):
        self.sock.close()

    def _all(self):
        answer = self.ask("sync.all", marks={str(conv): self.mark(conv) for conv in self.rows})
        return [line["conv_id"] for line in answer["conversations"]]

    def mark(self, conv):
        return max(self.rows.get(conv, {0: None}))

    def sync(self, conv):
        while True:
            page = self.ask("sync", conv_id=conv, after_seq=self.mark(conv))
            for row in page["messages"]:
                self.rows.setdefault(conv, {})[row["seq"]] = row
            if not page["has_more"]:
                return

    def send(self, body, key=None, **where):
        answer = self.ask("msg.send", client_msg_id=key or uuid.uuid4().hex, body=body, **where)
        self.sync(answer["conv_id"])
        return answer

    def ask(self, command, **fields):
        self.seq += 1
        self._write(100, json.dumps({"cmd": command, **fields}).encode())
        asked = self.seq
        while asked not in self.answers:  # an event may make us ask before this answer is there
            op, seq, body = self._read()
            if op == 102:
                self._event(json.loads(body))
            elif op == 101:
                self.answers[seq] = json.loads(body)
        answer = self.answers.pop(asked)
        if not answer["ok"]:
            raise Refused(answer)
        return answer

    def wait_for(self, what):
        """Reads events until `what()` is true."""
        while not what():
            op, _, body = self._read()
            if op == 102:
                self._event(json.loads(body))

    def _event(self, event):
        if event["cmd"] not in ("msg.new", "msg.changed"):
            self.others.append(event)
            return
        conv, seq = event["conv_id"], event["seq"]
        if seq <= self.mark(conv):
            return
        if event["prev_seq"] == self.mark(conv):
            self.rows.setdefault(conv, {})[seq] = event
        else:
            self.sync(conv)

    def _write(self, op, body):
        self.sock.sendall(struct.pack(">ihhii", 16 + len(body), 16, 1, op, self.seq) + body)

    def _read(self):
        while True:
            if len(self.buffer) >= 16:
                size, head, _, op, seq = struct.unpack(">ihhii", self.buffer[:16])
                if len(self.buffer) >= size:
                    body, self.buffer = self.buffer[head:size], self.buffer[size:]
                    return op, seq, body
            data = self.sock.recv(65536)
            if not data:
                raise ConnectionError("the comet has closed the connection")
            self.buffer += data
