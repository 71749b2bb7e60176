"""A TCP relay between clients and a comet that does what bad networks do to chat."""
import random
import socket
import threading
import time

CUT_SHARE = 0.05


class OneWay:
    """deaf: answers are swallowed. cutting: now and then a connection dies right after a request went through. late_end: seconds that the
    comet is not told of a client's end."""

    def __init__(self, port):
        self.to, self.deaf, self.cutting = port, threading.Event(), threading.Event()
        self.late_end, self.cuts = 0, 0
        self.server = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            comet = socket.create_connection(("127.0.0.1", self.to), timeout=10)
        except OSError:
            client.close()
            return
        comet.settimeout(None)
        threading.Thread(target=self._answers, args=(comet, client), daemon=True).start()
        try:
            while data := client.recv(65536):
                comet.sendall(data)
                if self.cutting.is_set() and random.random() < CUT_SHARE:
                    self.cuts += 1
                    break
        except OSError:
            pass
        self._end(client)
        time.sleep(self.late_end)
        self._end(comet)

    def _answers(self, comet, client):
        try:
            while data := comet.recv(65536):
                if not self.deaf.is_set():
                    client.sendall(data)
        except OSError:
            pass
        self._end(client)
        self._end(comet)

    @staticmethod
    def _end(end):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()

    def close(self):
        self.server.close()
