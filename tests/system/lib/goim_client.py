"""A goim v2 client in plain Python, for the cluster tests: TCP and WebSocket, blocking with deadlines."""
import base64
import json
import os
import socket
import ssl
import struct


class Closed(Exception):
    pass


def packet(op, seq=1, body=b"", ver=1):
    return struct.pack(">ihhii", 16 + len(body), 16, ver, op, seq) + body


def connected(host, port, timeout):
    """A socket; inside TLS where IM_TLS_CA names the file with the certificate to trust."""
    plain = socket.create_connection((host, port), timeout=timeout)
    trusted = os.environ.get("IM_TLS_CA")
    return ssl.create_default_context(cafile=trusted).wrap_socket(plain, server_hostname="im.example") if trusted else plain


class TcpClient:
    def __init__(self, port, host="127.0.0.1", timeout=5.0):
        self.sock = connected(host, port, timeout)
        self.buffer = b""

    def raw(self, data):
        self.sock.sendall(data)

    def send(self, op, body=b"", seq=1, ver=1):
        self.raw(packet(op, seq, body, ver))

    def _more(self):
        data = self.sock.recv(65536)
        if not data:
            raise Closed()
        self.buffer += data

    def receive(self):
        """(ver, op, seq, body) of the next packet; raises Closed or socket.timeout."""
        while len(self.buffer) < 16:
            self._more()
        size, header, ver, op, seq = struct.unpack(">ihhii", self.buffer[:16])
        assert header == 16, "header length %d" % header
        while len(self.buffer) < size:
            self._more()
        body, self.buffer = self.buffer[16:size], self.buffer[size:]
        return ver, op, seq, body

    def auth(self, **token):
        self.send(7, json.dumps(token).encode())
        reply = self.receive()
        assert reply == (1, 8, 1, b""), "auth reply %r" % (reply,)
        return self

    def closed_within(self, seconds):
        self.sock.settimeout(seconds)
        try:
            while self.sock.recv(65536):
                pass
            return True
        except ConnectionError:
            return True
        except socket.timeout:
            return False

    def silent(self, seconds=0.5):
        """True when nothing arrives."""
        self.sock.settimeout(seconds)
        try:
            self.receive()
            return False
        except socket.timeout:
            return True
        finally:
            self.sock.settimeout(5)

    def close(self):
        self.sock.close()


class WsClient(TcpClient):
    def __init__(self, port, path="/sub", host="127.0.0.1", origin=None, headers=b""):
        """`headers`: whole lines, any bytes."""
        super().__init__(port, host)
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(("GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n%s"
                           % (path, key, "Origin: %s\r\n" % origin if origin else "")).encode() + headers + b"\r\n")
        head = b""
        while b"\r\n\r\n" not in head:
            data = self.sock.recv(4096)
            if not data:
                raise Closed()
            head += data
        head, self.buffer = head.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        self.inner = b""

    def frame(self, payload, opcode=2, fin=True):
        mask = os.urandom(4)
        size = len(payload)
        head = bytes([(0x80 if fin else 0) | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        else:
            head += bytes([0x80 | 126]) + struct.pack(">H", size) if size < 65536 else bytes([0x80 | 127]) + struct.pack(">Q", size)
        self.sock.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def send(self, op, body=b"", seq=1, ver=1):
        self.frame(packet(op, seq, body, ver))

    def message(self):
        """(opcode, payload) of the next WebSocket frame; a close is answered, as browsers do (the server waits for that)."""
        opcode, payload = self.next_frame()
        if opcode == 8:
            try:
                self.frame(payload[:2], opcode=8)
            except OSError:
                pass
        return opcode, payload

    def closed_within(self, seconds):
        self.sock.settimeout(seconds)
        try:
            while True:
                self.message()
        except (Closed, ConnectionError):
            return True
        except socket.timeout:
            return False

    def next_frame(self):
        while len(self.buffer) < 2:
            self._more()
        opcode, size, at = self.buffer[0] & 15, self.buffer[1] & 127, 2
        if size >= 126:
            wide = 2 if size == 126 else 8
            while len(self.buffer) < 2 + wide:
                self._more()
            size, at = int.from_bytes(self.buffer[2:2 + wide], "big"), 2 + wide
        while len(self.buffer) < at + size:
            self._more()
        payload, self.buffer = self.buffer[at:at + size], self.buffer[at + size:]
        return opcode, payload

    def receive(self):
        if not self.inner:
            opcode, payload = self.message()
            if opcode == 8:
                raise Closed()
            assert opcode == 2, "opcode %d" % opcode
            size, _, ver, op, seq = struct.unpack(">ihhii", payload[:16])
            assert size == len(payload)
            if op != 9 or size == 16:
                return ver, op, seq, payload[16:]
            self.inner = payload[16:]
        size, _, ver, op, seq = struct.unpack(">ihhii", self.inner[:16])
        body, self.inner = self.inner[16:size], self.inner[size:]
        return ver, op, seq, body
