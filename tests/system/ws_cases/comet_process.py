"""A comet of its own with an echo listener; it needs no other program for that."""
import socket
import subprocess
import tempfile
import time


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Comet:
    """`with Comet(program) as port:`"""

    def __init__(self, program):
        self.program = program
        self.port = free_port()
        self.log = tempfile.TemporaryFile("w+")

    def __enter__(self):
        ports = ["--%s.port=0" % name for name in ("tcp", "ws", "grpc", "ops")]
        self.process = subprocess.Popen([self.program, *ports, "--ws_echo.port=%d" % self.port], stdout=self.log,
                                        stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 20
        while not listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                self.log.seek(0)
                raise SystemExit("%s does not listen:\n%s" % (self.program, self.log.read()[-2000:]))
            time.sleep(0.05)
        return self.port

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
