"""A client of this project's own requests (ops 100 to 102, docs/requests.md) over TCP or WebSocket, in plain Python: blocking, with
deadlines."""
import itertools
import json
import time
import uuid

from goim_client import TcpClient, WsClient


class Failed(Exception):
    """A request was answered {"ok":false,...}."""

    def __init__(self, answer):
        super().__init__("%s %s" % (answer.get("code"), answer.get("error")))
        self.code, self.answer = answer["code"], answer


class ImClient:
    """One device of one user, logged in with identity "open"."""

    def __init__(self, port, uid, device, make=TcpClient, hello=True, **token):
        self.uid, self.device, self.events, self.numbers = uid, device, [], itertools.count(10)
        self.link = make(port)
        self.link.auth(mid=uid, key="%s-%d" % (device, uid), room_id=token.pop("room_id", ""), platform="web", accepts=[1000], **token)
        self.greeting = self.request("hello", device=device) if hello else None

    def answer(self, cmd, timeout=10, **fields):
        """The answer of one request, whatever it is; events that come first are kept."""
        seq = next(self.numbers)
        self.link.send(100, json.dumps(dict(fields, cmd=cmd)).encode(), seq=seq)
        end = time.monotonic() + timeout
        while True:
            assert time.monotonic() < end, "no answer to %s" % cmd
            _, op, number, body = self.link.receive()
            if op == 101 and number == seq:
                answer = json.loads(body)
                assert isinstance(answer.get("ok"), bool), answer
                return answer
            self._keep(op, body)

    def request(self, cmd, **fields):
        answer = self.answer(cmd, **fields)
        if not answer["ok"]:
            raise Failed(answer)
        return answer

    def code(self, cmd, **fields):
        """The code of a request that must fail."""
        answer = self.answer(cmd, **fields)
        assert not answer["ok"] and answer["error"], answer
        return answer["code"]

    def _keep(self, op, body):
        if op == 102:
            self.events.append(json.loads(body))

    def event(self, cmd, seconds=10, **want):
        """The next event of this kind (with these fields)."""
        end = time.monotonic() + seconds
        while True:
            for event in self.events:
                if event["cmd"] == cmd and all(event.get(name) == value for name, value in want.items()):
                    self.events.remove(event)
                    return event
            left = end - time.monotonic()
            assert left > 0, "no event %s %r; there are %r" % (cmd, want, self.events)
            self.link.sock.settimeout(left)
            try:
                _, op, _, body = self.link.receive()
            except TimeoutError:
                continue
            finally:
                self.link.sock.settimeout(5)
            self._keep(op, body)

    def no_event(self, cmd, seconds=0.5):
        try:
            self.event(cmd, seconds)
        except AssertionError:
            return True
        return False

    def send_text(self, text, client_msg_id=None, **where):
        return self.request("msg.send", body=text, client_msg_id=client_msg_id or str(uuid.uuid4()), **where)

    def close(self):
        self.link.close()


__all__ = ["Failed", "ImClient", "TcpClient", "WsClient"]
