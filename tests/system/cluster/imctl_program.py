"""imctl as the tests run it. IM_TCP, IM_WS (ports), IM_API, IM_ADMIN (URLs) and IMCTL (the program) come from the environment."""
import os
import signal
import subprocess
import threading
import time

TCP = os.environ.get("IM_TCP", "3101")
WS = os.environ.get("IM_WS", "3102")
API = os.environ.get("IM_API", "http://127.0.0.1:3111")
ADMIN = os.environ.get("IM_ADMIN", "http://127.0.0.1:3112")
IMCTL = os.environ["IMCTL"]
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
RUN_ID = str(os.getpid())


def imctl(*args, stdin=b"", code=0, api=API, admin=ADMIN):
    """stdout, or stderr when another code than 0 is expected."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("IM_")}
    environment.update(IM_API=api, IM_ADMIN=admin)
    done = subprocess.run([IMCTL, *args], input=stdin, capture_output=True, timeout=20, env=environment)
    assert done.returncode == code, (args, done.returncode, done.stdout, done.stderr)
    return (done.stderr if code else done.stdout).decode()


class Watch:
    """imctl watch in the background, ready when it says that it is connected."""

    def __init__(self, *args, connected=True):
        self.process = subprocess.Popen([IMCTL, "watch", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.status = []
        self.reader = threading.Thread(target=lambda: self.status.extend(iter(self.process.stderr.readline, "")), daemon=True)
        self.reader.start()
        if connected:
            self.wait_for("connected to ")

    def wait_for(self, text, seconds=10):
        deadline = time.time() + seconds
        while not any(text in line for line in list(self.status)):
            assert time.time() < deadline and self.process.poll() is None, (text, self.status)
            time.sleep(0.02)

    def lines(self, code=0):
        out = self.process.stdout.read().splitlines()
        assert self.process.wait(10) == code, (self.process.returncode, self.status)
        return out

    def stop(self, code=130):
        self.process.send_signal(signal.SIGINT)
        return self.lines(code)
