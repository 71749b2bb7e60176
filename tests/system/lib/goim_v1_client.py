"""A goim v1 client in plain Python: TCP packets, or JSON over WebSocket as arrays (v1.2) or single objects (v1.0)."""
import json
import socket

from goim_client import Closed, TcpClient, WsClient


class V1TcpClient(TcpClient):
    def auth(self, token=b"123", seq=1):
        self.send(7, token, seq=seq)
        reply = self.receive()
        assert reply == (1, 8, seq, b""), "auth reply %r" % (reply,)
        return self


class SeedClient(V1TcpClient):
    """The seed SDKs: token "uid,room", and each read must bring exactly one frame."""

    def receive(self):
        data = self.sock.recv(1024)
        if not data:
            raise Closed()
        assert int.from_bytes(data[:4], "big") == len(data), "a read is not one frame: %s" % data.hex()
        self.buffer = data
        return super().receive()


class V1JsonClient(WsClient):
    """`array`: v1.2 sends arrays; otherwise v1.0, one object per message."""

    def __init__(self, port, array=True, path="/sub"):
        super().__init__(port, path)
        self.array = array
        self.waiting = []

    def text(self, payload):
        self.frame(payload, opcode=1)

    def send(self, op, body=None, seq=1, ver=1):
        message = {"ver": ver, "op": op, "seq": seq}
        if body is not None:
            message["body"] = body
        self.text(json.dumps(message).encode())

    def raw_message(self):
        """The next text message as bytes."""
        opcode, payload = self.message()
        if opcode == 8:
            raise Closed()
        assert opcode == 1, "opcode %d" % opcode
        return payload

    def receive(self):
        """(ver, op, seq, body) with the body parsed."""
        if not self.waiting:
            value = json.loads(self.raw_message())
            assert isinstance(value, list) == self.array, "shape of %r" % (value,)
            self.waiting = value if self.array else [value]
        one = self.waiting.pop(0)
        assert list(one) == ["ver", "op", "seq", "body"], list(one)
        return one["ver"], one["op"], one["seq"], one["body"]

    def auth(self, token=123, seq=1):
        self.send(7, token, seq=seq)
        reply = self.receive()
        assert reply == (1, 8, seq, {}), "auth reply %r" % (reply,)
        return self


def one_read_frames(sock, count):
    """`count` reads, each of which must be one whole frame; sleeps are the sender's."""
    frames = []
    while len(frames) < count:
        data = sock.recv(4096)
        if not data:
            raise Closed()
        frames.append(data)
    return frames


__all__ = ["Closed", "SeedClient", "V1JsonClient", "V1TcpClient", "socket"]
