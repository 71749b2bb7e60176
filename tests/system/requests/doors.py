"""The two doors of requests (docs/requests.md), as one function each: ask(cmd, fields) gives the answer as a dict."""
import json
import urllib.error
import urllib.request

from goim_client import TcpClient, WsClient

OP_REQUEST, OP_REPLY, OP_EVENT = 100, 101, 102


class Http:
    patience = 10  # seconds until an answer has to be there

    def __init__(self, base, token=None):
        self.base, self.token = base, token

    def raw(self, cmd, body, headers=()):
        """(status, headers, parsed answer)."""
        request = urllib.request.Request("%s/v1/%s" % (self.base, cmd), data=body, method="POST")
        request.add_header("Content-Type", "application/json")
        if self.token is not None:
            request.add_header("Authorization", "Bearer " + self.token)
        for name, value in headers:
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=self.patience) as reply:
                return reply.status, dict(reply.headers), json.loads(reply.read())
        except urllib.error.HTTPError as error:
            with error:
                text = error.read()
                return error.code, dict(error.headers), json.loads(text) if text.startswith(b"{") else {"text": text}

    def ask(self, cmd, **fields):
        status, _, answer = self.raw(cmd, json.dumps(fields).encode())
        code = answer.get("code")
        assert status == (200 if answer["ok"] else 404 if code == 4405 else code - 4000), (status, answer)
        return answer

    def close(self):
        pass


class Connection:
    """After op 7 and, unless told otherwise, hello."""

    def __init__(self, make, port, auth, hello=True):
        self.client, self.seq = make(port), 0
        self.client.send(7, auth)
        assert self.client.receive()[1] == 8
        if hello:
            answer = self.ask("hello", device="test")
            assert answer["ok"], answer

    def raw(self, body):
        """The body of the op 101 with our seq; pushes are passed over."""
        self.seq += 1
        self.client.send(OP_REQUEST, body, seq=self.seq)
        while True:
            _, op, seq, got = self.client.receive()
            if op in (OP_REQUEST, OP_REPLY):
                assert (op, seq) == (OP_REPLY, self.seq), (op, seq, got)
                assert got, "an empty answer"
                return json.loads(got)

    def ask(self, cmd, **fields):
        return self.raw(json.dumps({"cmd": cmd, **fields}).encode())

    def close(self):
        self.client.close()


class Listener(Connection):
    """Keeps the events that come between answers."""

    def __init__(self, make, port, auth, hello=True):
        self.events = []
        super().__init__(make, port, auth, hello)

    def raw(self, body):
        self.seq += 1
        self.client.send(OP_REQUEST, body, seq=self.seq)
        while True:
            _, op, seq, got = self.client.receive()
            if op == OP_REPLY and seq == self.seq:
                return json.loads(got)
            self.keep(op, got)

    def keep(self, op, got):
        if op == OP_EVENT:
            self.events.append(json.loads(got))

    def good(self, cmd, **fields):
        answer = self.ask(cmd, **fields)
        assert answer["ok"], (cmd, fields, answer)
        return answer


def tcp(port, auth, hello=True):
    return Connection(TcpClient, port, auth, hello)


def websocket(port, auth, hello=True):
    return Connection(WsClient, port, auth, hello)
