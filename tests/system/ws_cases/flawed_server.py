"""A small echo server that follows RFC 6455, except for the flaws it is given. Only for the self-test."""
import base64
import codecs
import hashlib
import socket
import threading

from wire import BINARY, CLOSE, CONT, GUID, PING, PONG, TEXT, Frame

CAP = 64 * 1024


class Fail(Exception):
    """Close with this code."""


class Session:
    def __init__(self, sock, flaws):
        self.sock = sock
        self.flaws = flaws
        self.buffer = bytearray()
        self.kind = None  # opcode of the open message
        self.message = bytearray()
        self.pongs = []
        self.text = None
        self.closing = False

    def has(self, flaw):
        return flaw in self.flaws

    # Input

    def take(self, size):
        while len(self.buffer) < size:
            self.more()
        data, self.buffer = bytes(self.buffer[:size]), self.buffer[size:]
        return data

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data

    def upgrade(self):
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        key = head.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
        accept = base64.b64encode(hashlib.sha1(bytes(key) + GUID).digest())
        self.sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")

    def header(self):
        """fin, opcode, masked, size; raises Fail."""
        first, second = self.take(2)
        fin, opcode, masked, size = first >> 7, first & 15, second >> 7, second & 127
        if first & 0x70 and not self.has("ignores RSV"):
            raise Fail(1002)
        if opcode & 7 > 2 and not self.has("ignores unknown opcodes"):
            raise Fail(1002)
        if not masked and not self.has("accepts unmasked frames"):
            raise Fail(1002)
        if opcode >= 8 and not fin and not self.has("accepts fragmented control frames"):
            raise Fail(1002)
        if opcode >= 8 and size > 125 and not self.has("accepts long control frames"):
            raise Fail(1002)
        if size >= 126:
            least = 126 if size == 126 else 65536
            size = int.from_bytes(self.take(2 if size == 126 else 8), "big")
            if size < least and not self.has("accepts long lengths") or size >> 63:
                raise Fail(1002)
        return fin, opcode, masked, size

    def payload(self, masked, size, checked):
        mask = self.take(4) if masked else bytes(4)
        done = bytearray()
        while len(done) < size:
            if not self.buffer:
                self.more()
            part = self.take(min(size - len(done), len(self.buffer)))
            part = bytes(byte ^ mask[(len(done) + i) % 4] for i, byte in enumerate(part))
            done += part
            if checked and not self.has("checks UTF-8 at the end"):
                self.check_text(part)
        return bytes(done)

    # Output

    def send(self, opcode, payload):
        if self.has("echoes text as binary") and opcode == TEXT:
            opcode = BINARY
        form = 16 if self.has("writes long lengths") and len(payload) < 126 else 0
        self.sock.sendall(Frame(opcode, payload, masked=self.has("masks its frames"), form=form).encode())

    def close(self, payload):
        if not self.has("drops without a close frame"):
            self.send(CLOSE, payload)
        self.closing = True
        if not self.has("goes on after a close") and not self.has("leaves TCP open"):
            self.sock.shutdown(socket.SHUT_WR)

    # Frames

    def check_text(self, part, final=False):
        if self.has("does not check UTF-8"):
            return
        try:
            self.text.decode(part, final)
        except UnicodeDecodeError:
            raise Fail(1007) from None

    def on_frame(self):
        fin, opcode, masked, size = self.header()
        if opcode >= 8:
            self.on_control(opcode, self.payload(masked, size, False))
        elif opcode > 2:
            self.payload(masked, size, False)
        else:
            self.on_data(fin, opcode, masked, size)

    def on_data(self, fin, opcode, masked, size):
        if opcode == CONT and self.kind is None:
            if not self.has("ignores stray continuations") and not self.has("accepts fragmented control frames"):
                raise Fail(1002)
            self.payload(masked, size, False)
            return
        if opcode != CONT:
            if self.kind is not None and not self.has("accepts a message inside a message"):
                raise Fail(1002)
            self.kind, self.message = opcode, bytearray()
            self.text = codecs.getincrementaldecoder("utf-8")("strict")
        if len(self.message) + size > CAP and not self.has("has no cap"):
            raise Fail(1009)
        self.message += self.payload(masked, size, self.kind == TEXT)
        if fin:
            self.on_message()

    def on_message(self):
        if self.kind == TEXT:
            self.check_text(bytes(self.message) if self.has("checks UTF-8 at the end") else b"", final=True)
        payload = bytes(self.message)
        self.send(self.kind, payload[:-1] if self.has("loses the last byte") else payload)
        self.kind = None
        for pong in self.pongs:
            self.send(PONG, pong)
        self.pongs = []

    def on_control(self, opcode, payload):
        if opcode == PING and not self.has("does not answer pings"):
            if self.has("answers pings late") and self.kind is not None:
                self.pongs.append(payload)
            else:
                self.send(PONG, b"" if self.has("answers pings with nothing") else payload)
        if opcode == CLOSE:
            self.on_close(payload)

    def on_close(self, payload):
        code = int.from_bytes(payload[:2], "big")
        known = 3000 <= code <= 4999 or 1000 <= code <= 1014 and code not in (1004, 1005, 1006)
        if len(payload) == 1 and not self.has("accepts a close of one byte"):
            raise Fail(1002)
        if len(payload) >= 2 and not known and not self.has("accepts any close code"):
            raise Fail(1002)
        if not self.has("does not check close reasons"):
            try:
                payload[2:].decode()
            except UnicodeDecodeError:
                raise Fail(1007) from None
        self.close(payload[:2] if len(payload) >= 2 else b"")

    def serve(self):
        self.upgrade()
        while not self.closing or self.has("goes on after a close"):
            try:
                self.on_frame()
            except Fail as fail:
                if self.closing:
                    return
                self.close(fail.args[0].to_bytes(2, "big"))
        while self.sock.recv(65536):
            pass


class Server:
    """`with Server(flaws) as port:`"""

    def __init__(self, flaws=()):
        self.flaws = frozenset(flaws)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self.listener.getsockname()[1]

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        with sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                Session(sock, self.flaws).serve()
            except (OSError, EOFError):
                pass
