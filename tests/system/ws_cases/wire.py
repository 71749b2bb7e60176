"""RFC 6455 frames on a raw socket, faults included: nothing here refuses to send what a good client would not."""
import base64
import hashlib
import os
import socket
import time
from dataclasses import dataclass

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def apply_mask(payload, mask):
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(key, "little")).to_bytes(size, "little")


def length_bytes(size, form):
    """The length after the mask bit: `form` 7, 16 or 64 bits, shortest when 0."""
    form = form or (7 if size < 126 else 16 if size < 65536 else 64)
    if form == 7:
        return size, b""
    return (126, size.to_bytes(2, "big")) if form == 16 else (127, size.to_bytes(8, "big"))


@dataclass(frozen=True)
class Frame:
    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0
    masked: bool = True
    form: int = 0
    stated: int = -1  # a length that is not the payload's

    def encode(self):
        size = self.stated if self.stated >= 0 else len(self.payload)
        short, more = length_bytes(size, self.form)
        head = bytes([self.fin << 7 | self.rsv << 4 | self.opcode, self.masked << 7 | short]) + more
        if not self.masked:
            return head + bytes(self.payload)
        mask = os.urandom(4)
        return head + mask + apply_mask(self.payload, mask)


def close_payload(code, reason=b""):
    return code.to_bytes(2, "big") + reason


class Peer:
    """One connection to an echo server. What arrives becomes events, tuples that begin with their kind:
    text, binary, ping, pong (payload), close (code or None), eof, reset, timeout, bad (why)."""

    def __init__(self, port, timeout, host="127.0.0.1", path="/"):
        self.timeout = timeout
        self.sock = socket.create_connection((host, port), timeout=timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.open_message = None
        self._upgrade(path)

    def _upgrade(self, path):
        key = base64.b64encode(os.urandom(16))
        self.sock.sendall(b"GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n" % (path.encode(), key))
        while b"\r\n\r\n" not in self.buffer:
            data = self.sock.recv(4096)
            if not data:
                raise ConnectionError("closed during the upgrade: %r" % self.buffer)
            self.buffer += data
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        if not head.startswith(b"HTTP/1.1 101 ") or b"\r\nSec-WebSocket-Accept: " + accept not in head:
            raise ConnectionError("upgrade refused: %r" % head)

    def send(self, data, chop=0):
        """What the server no longer takes is not an error here: its answer is what counts."""
        try:
            for at in range(0, len(data), chop or max(len(data), 1)):
                self.sock.sendall(data[at:at + chop] if chop else data)
        except OSError:
            pass

    def event(self, wait=None):
        """The next event within `wait` seconds."""
        deadline = time.monotonic() + (self.timeout if wait is None else wait)
        while True:
            event = self._take()
            if event is not None:
                return event
            try:
                self.sock.settimeout(max(deadline - time.monotonic(), 0.001))
                data = self.sock.recv(262144)
            except TimeoutError:
                return ("timeout",)
            except OSError:
                return ("reset",)
            finally:
                self.sock.settimeout(self.timeout)
            if not data:
                return ("eof",) if not self.buffer else ("bad", "end inside a frame")
            self.buffer += data

    def _take(self):
        """An event of the buffer, None when it holds no whole frame. Server frames must be unmasked and shortest."""
        if len(self.buffer) < 2:
            return None
        first, size, at = self.buffer[0], self.buffer[1], 2
        if first & 0x70 or size & 0x80:
            return ("bad", "reserved bit or mask from the server")
        if size >= 126:
            at = 4 if size == 126 else 10
            if len(self.buffer) < at:
                return None
            least = 126 if size == 126 else 65536
            size = int.from_bytes(self.buffer[2:at], "big")
            if size < least:
                return ("bad", "length not in shortest form from the server")
        if len(self.buffer) < at + size:
            return None
        payload, self.buffer = self.buffer[at:at + size], self.buffer[at + size:]
        return self._event_of(first & 0x80, first & 0x0f, payload) or self._take()

    def _event_of(self, fin, opcode, payload):
        if opcode in (TEXT, BINARY, CONT):
            return self._data(fin, opcode, payload)
        if not fin or len(payload) > 125 or opcode not in (CLOSE, PING, PONG) or len(payload) == 1 and opcode == CLOSE:
            return ("bad", "control frame of opcode %d, %d bytes" % (opcode, len(payload)))
        if opcode == CLOSE:
            return ("close", int.from_bytes(payload[:2], "big") if payload else None)
        return ("ping" if opcode == PING else "pong", payload)

    def _data(self, fin, opcode, payload):
        if (opcode == CONT) != (self.open_message is not None):
            return ("bad", "fragments out of order from the server")
        kind, before = self.open_message or ("text" if opcode == TEXT else "binary", b"")
        self.open_message = None if fin else (kind, before + payload)
        return (kind, before + payload) if fin else None

    def shut(self):
        self.sock.close()
