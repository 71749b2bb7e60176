"""A webhook for the tests: says who a client is, and misbehaves on request. The body of the auth packet chooses."""
import json
import socket
import ssl
import threading
import time

SECRET = "hook-secret-0123456789"


class Hook:
    """Listens on a port of its own; every connection is a thread. `asked` holds the questions, `mode` overrides what the token says.
    `pem`: certificate and key, then it speaks TLS."""

    def __init__(self, port=0, pem=None):
        self.tls = None
        if pem:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(pem)
        self.asked, self.secrets, self.mode, self.open = [], [], None, set()
        self.port = port
        self.server = None
        self.connections = 0
        self.start()

    def start(self):
        self.server = socket.create_server(("127.0.0.1", self.port))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, args=(self.server,), daemon=True).start()

    def stop(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def accept(self, server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.connections += 1
            self.open.add(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.tls:  # takes the descriptor out of the plain socket
                self.open.discard(connection)
                connection = self.tls.wrap_socket(connection, server_side=True)
                self.open.add(connection)
            with connection, connection.makefile("rb") as stream:
                while self.one(connection, stream):
                    pass
        except OSError:
            pass
        self.open.discard(connection)

    def one(self, connection, stream):
        head = {}
        if not stream.readline():
            return False
        for line in iter(stream.readline, b"\r\n"):
            name, value = line.decode().split(":", 1)
            head[name.lower()] = value.strip()
        question = json.loads(stream.read(int(head["content-length"])))
        self.asked.append(question)
        self.secrets.append(head.get("authorization"))
        reply = self.answer(self.mode or question.get("token", ""))
        if reply:
            connection.sendall(reply)
        return reply.startswith(b"HTTP/1.1 200 OK\r\nContent-Type")  # the others are closed

    def answer(self, token):
        if token.startswith("{"):
            token = json.loads(token).get("token", "")
        word, _, rest = token.partition(" ")
        bodies = {"uid": lambda: {"uid": int(rest)},
                  "ends": lambda: {"uid": int(rest.split()[0]), "expires_in_s": int(rest.split()[1])},
                  "issued": lambda: {"uid": int(rest.split()[0]), "issued_at": int(rest.split()[1])},
                  "rich": lambda: {"uid": int(rest), "key": "hooked", "room_id": "live://hook", "accepts": [1000]},
                  "refuse": lambda: {"refuse": "because"}, "type": lambda: {"uid": "42"}, "extra": lambda: {"uid": 42, "admin": 1},
                  "huge": lambda: {"uid": 42, "key": "k" * 100000}}
        if word in bodies:
            return http(json.dumps(bodies[word]()).encode())
        raw = {"401": b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
               "403": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
               "500": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
               "redirect": ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % self.port).encode(),
               "garbage": http(b"<html>"), "nonsense": b"\x00\xff\x13\r\n\r\n", "twice": http(b'{"uid":42,"uid":43}'),
               "truncated": b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"uid":42',
               "endless": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20000, "two": http(b'{"uid":8901}') + http(b'{"uid":8902}')}
        if word == "early":
            return b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + http(b'{"uid":%d}' % int(rest))
        if word == "hang":
            time.sleep(6)
        if word == "close":
            return b""
        return raw.get(word, raw["403"])


def http(body):
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
